package dev.faissjvm.faiss.testing;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Files of every kind that Python's Faiss of the same version wrote, with its answers: made once a
 * build, and again when a script has changed, by {@code make_files.py} and {@code
 * make_operations.py} of faiss-native, under the Python that {@code -Dfaiss.python} names. Without
 * one these tests are skipped, which {@code check} takes for a failure.
 */
public final class PythonFiles {
  private static final Path FOLDER = Path.of("target", "python-files").toAbsolutePath();
  private static final Path SCRIPTS = Path.of("..", "faiss-native", "src", "test", "python");

  private PythonFiles() {}

  /** One line of kinds.tsv. */
  public record Kind(String name, String factory, String metric, int dimension, int count) {
    public Path file() {
      return FOLDER.resolve(name + ".faiss");
    }

    public boolean isMapped() {
      return factory.startsWith("IDMap");
    }

    public boolean isBinary() {
      return metric.equals("hamming");
    }

    public long[] ids(int queries) {
      return longs(name + "." + queries + ".ids.i64");
    }

    public float[] distances(int queries) {
      if (!isBinary()) {
        return floats(name + "." + queries + ".distances.f32");
      }
      IntBuffer whole = bytes(name + "." + queries + ".distances.i32").asIntBuffer();
      float[] distances = new float[whole.remaining()];
      for (int i = 0; i < distances.length; i++) {
        distances[i] = whole.get(i);
      }
      return distances;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Where the files of {@link #kinds} lie. */
  public static Path folder() {
    return FOLDER;
  }

  public static synchronized List<Kind> kinds() {
    return table("make_files.py", "kinds.tsv").stream()
        .skip(1)
        .map(PythonFiles::kind)
        .filter(kind -> !kind.name().equals("Lattice")) // crashes Faiss when searched: refused
        .toList();
  }

  /** What came of each operation in Python, by the kind's name and the operation's. */
  public static synchronized Map<String, String> outcomes() {
    kinds();
    return table("make_operations.py", "operations.tsv").stream()
        .collect(Collectors.toMap(fields -> fields[0] + " " + fields[1], fields -> fields[2]));
  }

  private static List<String[]> table(String script, String name) {
    String python = System.getProperty("faiss.python", "");
    assumeFalse(python.isEmpty(), "no Python with Faiss: run ./check, or set -Dfaiss.python");
    try {
      Path table = FOLDER.resolve(name);
      Path source = SCRIPTS.resolve(script);
      if (!Files.exists(table)
          || Files.getLastModifiedTime(table).compareTo(Files.getLastModifiedTime(source)) < 0) {
        make(python, source, table);
      }
      return Files.readAllLines(table).stream().map(line -> line.split("\t", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Kind kind(String[] fields) {
    return new Kind(
        fields[0], fields[1], fields[2], Integer.parseInt(fields[3]), Integer.parseInt(fields[4]));
  }

  private static void make(String python, Path script, Path table) throws IOException {
    Files.createDirectories(FOLDER);
    Path log = FOLDER.resolve(script.getFileName() + ".log");
    Process process =
        new ProcessBuilder(python, script.toString(), FOLDER.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      if (process.waitFor() != 0) {
        Files.deleteIfExists(table);
        throw new IOException(script + ": " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  public static float[] floats(String file) {
    ByteBuffer bytes = bytes(file);
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }

  public static long[] longs(String file) {
    ByteBuffer bytes = bytes(file);
    long[] longs = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(longs);
    return longs;
  }

  /** The first rows of a file of the binary kinds' data. */
  public static byte[] bits(String file, int sizeBytes) {
    return Arrays.copyOf(bits(file), sizeBytes);
  }

  public static byte[] bits(String file) {
    return bytes(file).array();
  }

  private static ByteBuffer bytes(String file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve(file)))
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
