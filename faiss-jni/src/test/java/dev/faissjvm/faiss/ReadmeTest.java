package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.testing.SampleData;
import dev.faissjvm.faiss.testing.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first sample compiles as it stands, runs, and prints what the README says. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");

  @TempDir Path folder = Path.of("");

  @Test
  void theFirstSampleRunsAndPrintsWhatTheReadmeSays() throws Exception {
    String printed =
        Samples.run(Samples.inMarkdown(README).get(0), SampleData.OfFloats.class, folder);
    assertThat(printed).isEqualTo("8 at 1.0, then 7\n");
    assertThat(Files.readString(README)).contains("It prints `" + printed.strip() + "`.");
  }
}
