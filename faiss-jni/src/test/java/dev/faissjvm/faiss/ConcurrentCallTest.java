package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.testing.Child;
import dev.faissjvm.faiss.testing.ConcurrentCalls;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any two calls at once from two threads: none ends the process, and none waits for ever. */
class ConcurrentCallTest {
  @TempDir Path folder = Path.of("");

  @Test
  void everyPairOfCallsEnds() throws Exception {
    String said =
        Child.run(
            ConcurrentCalls.class,
            folder.resolve("log"),
            Duration.ofMinutes(4),
            folder.resolve("index").toString());
    assertThat(said).endsWith("\nended 1458 pairs\n");
  }
}
