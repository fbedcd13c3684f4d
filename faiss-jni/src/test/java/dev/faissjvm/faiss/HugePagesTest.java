package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.testing.Child;
import dev.faissjvm.faiss.testing.HugePages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index lies on huge pages where the system gives them to those who ask. */
class HugePagesTest {
  private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final int ROWS = 40_000;
  private static final long ROWS_KB = ROWS; // of 256 floats each

  @TempDir Path folder = Path.of("");

  @Test
  void largeArraysAreAskedForOnHugePages() throws Exception {
    assertThat(kilobytes("asked", String.valueOf(ROWS)))
        .isGreaterThanOrEqualTo(given() ? ROWS_KB * 9 / 10 : 0);
  }

  @Test
  void listsThatAreReadLieOnHugePages() throws Exception {
    String file = folder.resolve("lists.faiss").toString();
    assertThat(kilobytes("read", String.valueOf(ROWS), file))
        .isGreaterThanOrEqualTo(given() ? ROWS_KB / 2 : 0);
  }

  private long kilobytes(String... arguments) throws Exception {
    String said =
        Child.run(HugePages.class, folder.resolve("log"), Duration.ofMinutes(2), arguments);
    String lastLine = said.substring(said.lastIndexOf("rows"));
    return Long.parseLong(lastLine.substring("rows ".length()).strip());
  }

  private static boolean given() throws IOException {
    return Files.exists(SETTING) && !Files.readString(SETTING).contains("[never]");
  }
}
