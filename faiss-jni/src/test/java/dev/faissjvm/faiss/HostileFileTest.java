package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Child;
import dev.faissjvm.faiss.testing.DamagedFiles;
import dev.faissjvm.faiss.testing.PythonFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No file, however broken, ends or hangs the process, or makes it take more memory than in
 * proportion: damaged copies are read and used in a child of its own. {@code -Ddamages=306} makes
 * 20,196 of them, {@code -Dseed} others.
 */
class HostileFileTest {
  private static final long SEED = Long.getLong("seed", 20_260_801L);
  private static final int DAMAGES_A_KIND = Integer.getInteger("damages", 24);

  @TempDir Path folder = Path.of("");

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS) // the child has a limit of its own
  void damagedFilesOfEveryKindAreRefusedOrAnswerAndNeverKill() throws Exception {
    int kinds = PythonFiles.kinds().size();
    String said =
        Child.run(
            DamagedFiles.class,
            folder.resolve("log"),
            Duration.ofMinutes(4 + kinds * DAMAGES_A_KIND / 300),
            folder.resolve("damaged").toString(),
            String.valueOf(SEED),
            String.valueOf(DAMAGES_A_KIND));
    assertThat(said)
        .as("-Dseed=%s", SEED)
        .contains("\nread " + kinds * DAMAGES_A_KIND + " files, ");
    System.out.println(said.substring(said.lastIndexOf("read ")).strip());
  }

  @Test
  void everyTruncationOfAFlatFileIsRefusedByName() throws Exception {
    Path file = folder.resolve("whole");
    try (VectorIndex index = VectorIndex.create("IDMap2,Flat", 4, Metric.L2)) {
      index.add(new long[] {1, 2}, new float[8]);
      index.write(file);
    }
    byte[] whole = Files.readAllBytes(file);
    Path cut = folder.resolve("cut");
    for (int length = 0; length < whole.length; length++) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> VectorIndex.read(cut))
          .isInstanceOf(IndexFormatException.class)
          .hasMessageStartingWith(cut + ": ");
    }
  }
}
