package dev.faissjvm.faiss.testing;

import dev.faissjvm.faiss.BinaryIndex;
import dev.faissjvm.faiss.FaissException;
import dev.faissjvm.faiss.IdFilter;
import dev.faissjvm.faiss.IndexFormatException;
import dev.faissjvm.faiss.Operation;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/**
 * The child process of a hostile test: damages files of every kind, reads or maps them, and uses
 * what could be read. The last line of its output says what killed it, if something did.
 */
public final class DamagedFiles {
  private static final long SPARE_BYTES = 100L << 20;

  private int refused;
  private long mostBytes;

  private DamagedFiles() {}

  /** Arguments: the file to write, the seed, how many a kind. */
  public static void main(String[] arguments) throws Exception {
    Path damaged = Path.of(arguments[0]);
    long seed = Long.parseLong(arguments[1]);
    int damages = Integer.parseInt(arguments[2]);
    DamagedFiles run = new DamagedFiles();
    int files = 0;
    for (Kind kind : PythonFiles.kinds()) {
      Random random = new Random(seed + kind.name().hashCode());
      byte[] whole = Files.readAllBytes(kind.file());
      for (int i = 0; i < damages; i++, files++) {
        byte[] bytes = damage(whole.clone(), random, i);
        System.out.println(kind + " " + i);
        Files.write(damaged, bytes);
        if (!Arrays.equals(bytes, whole)) {
          expectDetected(damaged, whole, kind.isBinary());
        }
        run.useWithinBounds(damaged, kind.isBinary(), i % 5 == 3);
      }
    }
    System.out.printf(
        "read %d files, %d refused, at most %d MB each%n", files, run.refused, run.mostBytes >> 20);
  }

  private static byte[] damage(byte[] file, Random random, int i) {
    long[] extremes = {-1, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40, 1L << 31, 0xffffffffL};
    int header = Math.min(400, file.length);
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    switch (i % 6) {
      case 0 -> file[random.nextInt(file.length)] ^= (byte) (1 + random.nextInt(255));
      case 1 -> file[random.nextInt(header)] ^= (byte) (1 + random.nextInt(255));
      case 2 -> {
        return Arrays.copyOf(file, random.nextInt(file.length));
      }
      case 3 ->
          bytes.putLong(
              random.nextInt((random.nextBoolean() ? header : file.length) - 8),
              extremes[random.nextInt(extremes.length)]);
      case 4 -> { // a size that lies by little
        int at = random.nextInt(header - 8);
        bytes.putLong(at, bytes.getLong(at) + random.nextInt(9) - 4);
      }
      default -> { // headers inside headers
        int length = 20 + random.nextInt(30);
        int times = 1 + random.nextInt(random.nextBoolean() ? 4 : 20_000);
        byte[] nested = new byte[length * times + file.length];
        for (int time = 0; time < times; time++) {
          System.arraycopy(file, 0, nested, time * length, length);
        }
        System.arraycopy(file, 0, nested, length * times, file.length);
        return nested;
      }
    }
    return file;
  }

  /** By the sidecar of the whole file, whatever the damage is. */
  private static void expectDetected(Path file, byte[] whole, boolean binary) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole);
    String name = String.valueOf(file.getFileName());
    Path sidecar = file.resolveSibling(name + ".sha256");
    Files.writeString(sidecar, HexFormat.of().formatHex(digest) + "  " + name + "\n");
    try (AutoCloseable index = binary ? BinaryIndex.read(file) : VectorIndex.read(file)) {
      throw new IllegalStateException("sidecar: expected a refusal, got " + index);
    } catch (IndexFormatException e) {
      if (!String.valueOf(e.getMessage()).contains("sha-256")) {
        throw e;
      }
    } finally {
      Files.delete(sidecar);
    }
  }

  private void useWithinBounds(Path file, boolean binary, boolean mapped) throws IOException {
    long most = 4 * Files.size(file) + SPARE_BYTES;
    Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak starts anew
    long before = residentBytes("VmRSS");
    try {
      if (binary) {
        useBits(file, mapped);
      } else {
        useFloats(file, mapped);
      }
    } catch (IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException
        | FaissException e) {
      refused++; // in words
    }
    long taken = residentBytes("VmHWM") - before;
    mostBytes = Math.max(mostBytes, taken);
    if (taken > most) {
      throw new IllegalStateException("memory: expected at most " + most + " bytes, got " + taken);
    }
  }

  /** Of this process, by its name in {@code /proc}. */
  static long residentBytes(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8)) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("/proc/self/status: expected " + name + ", got none");
  }

  private static void useFloats(Path file, boolean mapped) throws IOException {
    try (VectorIndex index = mapped ? VectorIndex.map(file) : VectorIndex.read(file)) {
      float[] rows = new float[25 * index.dimension()];
      Arrays.fill(rows, 0.5f);
      if (index.supports(Operation.SEARCH)) {
        index.search(rows, 5);
      }
      if (index.supports(Operation.FILTER)) {
        index.search(rows, 5, SearchOptions.DEFAULT.with(IdFilter.range(0, 50)));
      }
      if (index.supports(Operation.RANGE_SEARCH)) {
        SearchOptions two = SearchOptions.builder().threads(2).build();
        index.rangeSearch(rows, 16, two);
        index.rangeSearch(rows, 1e30f, two);
      }
      if (index.supports(Operation.LISTS)) {
        index.lists().ids(index.lists().count() - 1);
        index.lists().nearest(rows);
      }
      if (index.supports(Operation.ENCODE)) {
        index.decode(index.encode(rows));
      }
      if (index.supports(Operation.SEARCH_AND_RECONSTRUCT) && index.count() > 0) {
        index.searchAndReconstruct(rows, 5, SearchOptions.DEFAULT);
      }
      if (index.supports(Operation.RECONSTRUCT) && index.count() > 0) {
        index.reconstruct(0, index.count() - 1);
      }
      if (index.supports(Operation.ADD)) {
        index.add(rows);
      }
      if (index.supports(Operation.REMOVE)) {
        index.remove(IdFilter.range(3, 500));
      }
      if (index.supports(Operation.SEARCH)) {
        index.search(rows, 5);
      }
    }
  }

  private static void useBits(Path file, boolean mapped) throws IOException {
    try (BinaryIndex index = mapped ? BinaryIndex.map(file) : BinaryIndex.read(file)) {
      byte[] rows = new byte[25 * index.dimension() / 8];
      Arrays.fill(rows, (byte) 0x55);
      index.search(rows, 5);
      if (index.supports(Operation.RANGE_SEARCH)) {
        index.rangeSearch(rows, 40, SearchOptions.DEFAULT);
      }
      if (index.supports(Operation.FILTER)) {
        index.search(rows, 5, SearchOptions.DEFAULT.with(IdFilter.range(0, 50)));
      }
      if (index.supports(Operation.RECONSTRUCT) && index.count() > 0) {
        index.reconstruct(0, index.count() - 1);
      }
      if (index.supports(Operation.ADD)) {
        index.add(rows);
      }
      if (index.supports(Operation.REMOVE)) {
        index.remove(IdFilter.range(3, 500));
      }
      index.search(rows, 5);
    }
  }
}
