package dev.faissjvm.faiss.testing;

import dev.faissjvm.faiss.BinaryIndex;
import dev.faissjvm.faiss.Faiss;
import dev.faissjvm.faiss.IdFilter;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;

/**
 * The child process of the soak: indexes opened, searched and closed; searches from eight threads;
 * one index larger than the heap. Memory, handles, pointers and threads end where they were after
 * the first tenth.
 */
public final class Soak {
  private static final int D = 64;
  private static final int THREADS = 8;
  private static final long SPARE_BYTES = 24L << 20; // what allocators keep

  private final Path folder;
  private final float[] rows = Vectors.gaussian(2_000, D, 1);

  private Soak(Path folder) {
    this.folder = folder;
  }

  private interface Round {
    void run(int i) throws Exception;
  }

  /** Arguments: a folder, how many opens, how many bytes the large index has. */
  public static void main(String[] arguments) throws Exception {
    Soak soak = new Soak(Path.of(arguments[0]));
    int opens = Integer.parseInt(arguments[1]);
    soak.opensAndCloses(opens);
    soak.searches(10 * opens);
    soak.largerThanTheHeap(Long.parseLong(arguments[2]));
    System.out.println("soaked");
  }

  private void opensAndCloses(int times) throws Exception {
    Path floats = folder.resolve("floats");
    Path bits = folder.resolve("bits");
    try (VectorIndex index = VectorIndex.create("IVF16,PQ8np", D, Metric.L2);
        BinaryIndex binary = BinaryIndex.create("BIVF16", D)) {
      index.train(rows);
      index.add(rows);
      index.write(floats);
      byte[] some = new byte[2_000 * D / 8];
      new java.util.Random(1).nextBytes(some);
      binary.train(some);
      binary.add(some);
      binary.write(bits);
    }
    float[] query = Vectors.row(rows, D, 7);
    SearchOptions filtered = SearchOptions.parse("nprobe=8").with(IdFilter.range(0, 1_000));
    flat(
        "opens",
        times,
        i -> {
          try (VectorIndex read = VectorIndex.read(floats);
              VectorIndex mapped = VectorIndex.map(floats);
              BinaryIndex binary = BinaryIndex.read(bits)) {
            read.search(query, 5, filtered);
            mapped.search(query, 5);
            binary.search(new byte[D / 8], 5);
          }
        });
  }

  private void searches(int times) throws Exception {
    int before = threads();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try (VectorIndex index = VectorIndex.create("IVF16,Flat", D, Metric.L2)) {
      index.train(rows);
      index.add(rows);
      int portion = 100;
      flat(
          "searches",
          times / portion / THREADS,
          i -> {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
              float[] query = Vectors.row(rows, D, (i * THREADS + thread) % 2_000);
              running.add(
                  pool.submit(
                      () -> {
                        for (int search = 0; search < portion; search++) {
                          index.search(query, 5);
                        }
                      }));
            }
            for (Future<?> part : running) {
              part.get();
            }
          });
    }
    pool.shutdown();
    pool.awaitTermination(1, TimeUnit.MINUTES);
    for (int i = 0; i < 100 && threads() > before; i++) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
    expectAtMost("threads", before, threads());
  }

  /**
   * Runs a round so many times, and compares what there is then with what there was after a tenth.
   */
  private static void flat(String name, int times, Round round) throws Exception {
    long open = Faiss.open();
    long pointers = Pointer.totalCount();
    long resident = 0;
    for (int i = 0; i < times; i++) {
      round.run(i);
      if (i == times / 10) {
        resident = residentBytes();
      }
    }
    long grown = residentBytes() - resident;
    System.out.printf("%s: %d rounds, resident memory grew %d KB%n", name, times, grown >> 10);
    expectAtMost("open", open, Faiss.open());
    expectAtMost("pointers", pointers, Pointer.totalCount());
    expectAtMost("growth", SPARE_BYTES, grown);
  }

  /** Zeros but for the last vector, in a file that takes no room on the disk. */
  private void largerThanTheHeap(long sizeBytes) throws Exception {
    int dimension = 1_024;
    long count = sizeBytes / (4L * dimension);
    ByteBuffer header = ByteBuffer.allocate(45).order(ByteOrder.LITTLE_ENDIAN);
    header.put("IxF2".getBytes(StandardCharsets.US_ASCII)).putInt(dimension).putLong(count);
    header.putLong(1 << 20).putLong(1 << 20).put((byte) 1).putInt(Metric.L2.number());
    header.putLong(count * dimension);
    float[] ones = new float[dimension];
    java.util.Arrays.fill(ones, 1);
    Path large = folder.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.write(header.array());
      ByteBuffer last = ByteBuffer.allocate(4 * dimension).order(ByteOrder.LITTLE_ENDIAN);
      last.asFloatBuffer().put(ones);
      file.seek(45 + (count - 1) * 4 * dimension);
      file.write(last.array());
    }
    try (VectorIndex mapped = VectorIndex.map(large)) {
      expectNearest(count - 1, mapped, ones);
    }
    try (VectorIndex read = VectorIndex.read(large)) {
      expectNearest(count - 1, read, ones);
      read.add(ones);
      expectNearest(count - 1, read, ones);
    }
    System.out.printf(
        "large: %d MB under -Xmx%dm%n",
        Files.size(large) >> 20, Runtime.getRuntime().maxMemory() >> 20);
    Files.delete(large);
  }

  private static void expectNearest(long id, VectorIndex index, float[] query) {
    long found = index.search(query, 1).id(0, 0);
    if (found != id) {
      throw new IllegalStateException("nearest: expected " + id + ", got " + found);
    }
  }

  private static void expectAtMost(String name, long most, long value) {
    if (value > most) {
      throw new IllegalStateException(name + ": expected at most " + most + ", got " + value);
    }
  }

  private static long residentBytes() throws IOException {
    return DamagedFiles.residentBytes("VmRSS");
  }

  private static int threads() throws IOException {
    try (var tasks = Files.list(Path.of("/proc/self/task"))) {
      return (int) tasks.count();
    }
  }
}
