package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.PythonFiles;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No file, however broken, ends or hangs the process: damaged copies are read in a child of its
 * own.
 */
class HostileFileTest {
  private static final long SEED = Long.getLong("seed", 20_260_801L);
  private static final int DAMAGES_A_KIND = Integer.getInteger("damages", 24);

  @TempDir Path folder = Path.of("");

  @Test
  void damagedFilesOfEveryKindAreRefusedOrAnswerAndNeverKill() throws Exception {
    List<Kind> kinds = PythonFiles.kinds().stream().filter(kind -> !kind.isBinary()).toList();
    Path log = folder.resolve("log");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                HostileFileTest.class.getName(),
                folder.resolve("damaged").toString(),
                String.valueOf(SEED),
                System.getProperty("faiss.python"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(child.waitFor(4, TimeUnit.MINUTES))
        .as("hangs, see %s, -Dseed=%s", log, SEED)
        .isTrue();
    String said = Files.readString(log);
    assertThat(child.exitValue()).as("-Dseed=%s %s", SEED, said).isZero();
    assertThat(said).endsWith("read " + kinds.size() * DAMAGES_A_KIND + " files\n");
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
      Files.write(cut, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> VectorIndex.read(cut))
          .isInstanceOf(IndexFormatException.class)
          .hasMessageStartingWith(cut + ": ");
    }
  }

  /** The child: damages, reads, and uses what could be read. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("faiss.python", arguments[2]);
    Path damaged = Path.of(arguments[0]);
    int files = 0;
    for (Kind kind : PythonFiles.kinds()) {
      if (kind.isBinary()) {
        continue;
      }
      Random random = new Random(Long.parseLong(arguments[1]) + kind.name().hashCode());
      byte[] whole = Files.readAllBytes(kind.file());
      for (int i = 0; i < DAMAGES_A_KIND; i++, files++) {
        System.out.println(kind + " " + i); // the last line says what killed it
        Files.write(damaged, damage(whole.clone(), random, i));
        use(damaged);
      }
    }
    System.out.println("read " + files + " files");
  }

  private static byte[] damage(byte[] file, Random random, int i) {
    long[] extremes = {-1, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40, 1L << 31, 0xffffffffL};
    int header = Math.min(400, file.length);
    switch (i % 4) {
      case 0 -> file[random.nextInt(file.length)] ^= (byte) (1 + random.nextInt(255));
      case 1 -> file[random.nextInt(header)] ^= (byte) (1 + random.nextInt(255));
      case 2 -> {
        return java.util.Arrays.copyOf(file, random.nextInt(file.length));
      }
      default ->
          ByteBuffer.wrap(file)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(random.nextInt(header - 8), extremes[random.nextInt(extremes.length)]);
    }
    return file;
  }

  private static void use(Path file) throws Exception {
    try (VectorIndex index = VectorIndex.read(file)) {
      float[] queries = new float[25 * index.dimension()];
      java.util.Arrays.fill(queries, 0.5f);
      index.search(queries, 5);
      if (index.supports(Operation.FILTER)) {
        index.search(queries, 5, SearchOptions.DEFAULT.with(IdFilter.range(0, 50)));
      }
      if (index.supports(Operation.RANGE_SEARCH)) {
        SearchOptions two = SearchOptions.builder().threads(2).build();
        index.rangeSearch(queries, 16, two);
        index.rangeSearch(queries, 1e30f, two);
      }
      if (index.supports(Operation.LISTS)) {
        index.lists().ids(index.lists().count() - 1);
        index.lists().nearest(queries);
      }
      if (index.supports(Operation.ENCODE)) {
        index.decode(index.encode(queries));
      }
      if (index.supports(Operation.RECONSTRUCT) && index.count() > 0) {
        index.searchAndReconstruct(queries, 5, SearchOptions.DEFAULT);
        index.reconstruct(0, index.count() - 1);
      }
    } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
      // a refusal in words
    } catch (FaissException e) {
      // likewise
    }
  }
}
