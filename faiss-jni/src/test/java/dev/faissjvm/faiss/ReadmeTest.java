package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's first sample is this test's body, to the letter, and says what it prints. */
class ReadmeTest {
  private final StringBuilder printed = new StringBuilder();

  @Test
  void theFirstSampleRunsAndIsTheOneInTheReadme() throws IOException {
    // sample
    try (VectorIndex index = VectorIndex.create("IDMap2,Flat", 2, Metric.L2)) {
      index.add(new long[] {7, 8, 9}, new float[] {0, 0, 3, 4, 6, 8});
      Neighbors hits = index.search(new float[] {3, 3}, 2);
      println(hits.id(0, 0) + " at " + hits.distance(0, 0) + ", then " + hits.id(0, 1));
      index.write(Path.of("target", "three.faiss")); // Python's faiss.read_index reads it
    }
    // end
    assertThat(printed).hasToString("8 at 1.0, then 7");
    assertThat(readme()).contains(sample());
    assertThat(readme()).contains("8 at 1.0, then 7");
  }

  private void println(String line) {
    printed.append(line);
  }

  private static String readme() throws IOException {
    return Files.readString(Path.of("..", "README.md"));
  }

  private static String sample() throws IOException {
    Path source = Path.of("src", "test", "java", "dev", "faissjvm", "faiss", "ReadmeTest.java");
    String text = Files.readString(source);
    String body = text.substring(text.indexOf("// sample\n") + 10, text.indexOf("    // end"));
    return body.lines().map(line -> line.substring(4)).collect(Collectors.joining("\n"));
  }
}
