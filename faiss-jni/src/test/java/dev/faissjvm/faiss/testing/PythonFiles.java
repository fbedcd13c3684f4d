package dev.faissjvm.faiss.testing;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files of every kind that Python's Faiss of the same version wrote, with its answers: made once a
 * build by {@code make_files.py} of faiss-native, under the Python that {@code -Dfaiss.python}
 * names. Without one these tests are skipped, which {@code check} takes for a failure.
 */
public final class PythonFiles {
  private static final Path FOLDER = Path.of("target", "python-files").toAbsolutePath();
  private static final Path SCRIPT =
      Path.of("..", "faiss-native", "src", "test", "python", "make_files.py");

  private PythonFiles() {}

  /** One line of kinds.tsv. */
  public record Kind(String name, String factory, String metric, int dimension, int count) {
    public Path file() {
      return FOLDER.resolve(name + ".faiss");
    }

    public boolean isBinary() {
      return metric.equals("hamming");
    }

    public long[] ids(int queries) {
      ByteBuffer bytes = bytes(name + "." + queries + ".ids.i64");
      long[] ids = new long[bytes.remaining() / Long.BYTES];
      bytes.asLongBuffer().get(ids);
      return ids;
    }

    public float[] distances(int queries) {
      return floats(name + "." + queries + ".distances.f32");
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
    String python = System.getProperty("faiss.python", "");
    assumeFalse(python.isEmpty(), "no Python with Faiss: run ./check, or set -Dfaiss.python");
    try {
      Path kinds = FOLDER.resolve("kinds.tsv");
      if (!Files.exists(kinds)) {
        make(python);
      }
      return Files.readAllLines(kinds).stream()
          .skip(1)
          .map(line -> line.split("\t", -1))
          .map(PythonFiles::kind)
          .filter(kind -> !kind.name().equals("Lattice")) // crashes Faiss when searched: refused
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Kind kind(String[] fields) {
    return new Kind(
        fields[0], fields[1], fields[2], Integer.parseInt(fields[3]), Integer.parseInt(fields[4]));
  }

  private static void make(String python) throws IOException {
    Files.createDirectories(FOLDER);
    Process process =
        new ProcessBuilder(python, SCRIPT.toString(), FOLDER.toString())
            .redirectErrorStream(true)
            .redirectOutput(FOLDER.resolve("log").toFile())
            .start();
    try {
      if (process.waitFor() != 0) {
        Files.deleteIfExists(FOLDER.resolve("kinds.tsv"));
        throw new IOException(SCRIPT + ": " + Files.readString(FOLDER.resolve("log")));
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

  private static ByteBuffer bytes(String file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve(file)))
          .order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
