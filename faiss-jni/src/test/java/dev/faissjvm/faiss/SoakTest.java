package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.testing.Child;
import dev.faissjvm.faiss.testing.Soak;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing grows with use. Not part of the gate: {@code -Dtest=SoakTest -Dtest.excluded=none
 * -Dsoak=100000} opens 300,000 indexes, searches a million times, and takes an index of 4 GB.
 */
@Tag("soak")
class SoakTest {
  private static final int OPENS = Integer.getInteger("soak", 2_000);
  private static final long GIGABYTE = 1L << 30;

  @TempDir Path folder = Path.of("");

  @Test
  @Timeout(value = 13, unit = TimeUnit.HOURS) // the child has a limit of its own
  void nothingGrowsWithUse() throws Exception {
    String said =
        Child.run(
            Soak.class,
            folder.resolve("log"),
            Duration.ofHours(12),
            folder.toString(),
            String.valueOf(OPENS),
            String.valueOf(OPENS >= 100_000 ? 4 * GIGABYTE : GIGABYTE + GIGABYTE / 8));
    assertThat(said).endsWith("soaked\n");
    System.out.print(said);
  }
}
