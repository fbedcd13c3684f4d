package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.testing.CheckedLife;
import dev.faissjvm.faiss.testing.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JVM checks every call that native code makes into it, over an index's life, and finds nothing
 * to warn of.
 */
class CheckedJniTest {
  private static final int ALLOWING_NATIVE_ACCESS = 24; // from there on the JDK warns without

  // Of the index that CheckedLife forgets.
  private static final String OURS =
      "WARNING: index: was not closed; freed by the garbage collector";

  @TempDir Path folder = Path.of("");

  @Test
  @Tag("variant")
  void theJvmFindsNothingToWarnOf() throws Exception {
    List<String> options = new ArrayList<>(List.of("-Xcheck:jni"));
    if (Runtime.version().feature() >= ALLOWING_NATIVE_ACCESS) {
      options.add("--enable-native-access=ALL-UNNAMED");
    }
    String variant = System.getProperty("faiss.variant");
    if (variant != null) {
      options.add("-Dfaiss.variant=" + variant);
    }
    Path log = folder.resolve("log");
    String work = Files.createDirectory(folder.resolve("work")).toString();
    String said = Child.run(options, CheckedLife.class, log, Duration.ofMinutes(3), work);
    assertThat(said).endsWith("lived\n");
    assertThat(Files.readAllLines(log))
        .contains(OURS)
        .filteredOn(line -> !line.equals(OURS))
        .noneMatch(line -> line.matches("(?i).*(warning|fatal|jni).*"));
  }
}
