package dev.faissjvm.faiss.testing;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Files of every kind that Python's Faiss of the same version wrote, with its answers: made once a
 * build, and again when a script has changed, by {@code make_files.py} and {@code
 * make_operations.py} of faiss-native, under the Python that {@code -Dfaiss.python} names; and
 * those of the newest version, under {@code -Dfaiss.python.newest}. Without one these tests are
 * skipped, which {@code check} takes for a failure.
 */
public final class PythonFiles {
  private static final String PYTHON = "faiss.python";
  private static final String NEWEST_PYTHON = "faiss.python.newest";
  private static final Path FOLDER = Path.of("target", "python-files").toAbsolutePath();
  private static final Path NEWEST = Path.of("target", "newest-python-files").toAbsolutePath();
  private static final Path SCRIPTS = Path.of("..", "faiss-native", "src", "test", "python");

  private PythonFiles() {}

  /** One line of kinds.tsv. */
  public record Kind(
      Path folder, String name, String factory, String metric, int dimension, int count) {
    public Path file() {
      return folder.resolve(name + ".faiss");
    }

    public boolean isMapped() {
      return factory.startsWith("IDMap");
    }

    public boolean isBinary() {
      return metric.equals("hamming");
    }

    public long[] ids(int queries) {
      return longs(folder.resolve(name + "." + queries + ".ids.i64"));
    }

    public float[] distances(int queries) {
      if (!isBinary()) {
        return floats(folder.resolve(name + "." + queries + ".distances.f32"));
      }
      IntBuffer whole =
          bytes(folder.resolve(name + "." + queries + ".distances.i32")).asIntBuffer();
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
    kinds();
    return FOLDER;
  }

  public static synchronized List<Kind> kinds() {
    return kinds(PYTHON, FOLDER);
  }

  /** Of the newest version of Faiss there is for Python, which knows more kinds. */
  public static synchronized List<Kind> newestKinds() {
    return kinds(NEWEST_PYTHON, NEWEST);
  }

  private static List<Kind> kinds(String python, Path folder) {
    return table(python, folder, "make_files.py", "kinds.tsv").stream()
        .skip(1)
        .map(fields -> kind(folder, fields))
        .filter(kind -> !kind.name().equals("Lattice")) // crashes Faiss when searched: refused
        .toList();
  }

  /** What came of each operation in Python, by the kind's name and the operation's. */
  public static synchronized Map<String, String> outcomes() {
    kinds();
    return table(PYTHON, FOLDER, "make_operations.py", "operations.tsv").stream()
        .collect(Collectors.toMap(fields -> fields[0] + " " + fields[1], fields -> fields[2]));
  }

  /** Lets both versions read {@code *.faiss} of a folder and write what they answer beside it. */
  public static void answer(Path folder) throws IOException {
    run(python(PYTHON), SCRIPTS.resolve("read_files.py"), folder, "same");
    run(python(NEWEST_PYTHON), SCRIPTS.resolve("read_files.py"), folder, "newest");
  }

  private static String python(String property) {
    String python = System.getProperty(property, "");
    assumeFalse(python.isEmpty(), "no Python with Faiss: run ./check, or set -D" + property);
    return python;
  }

  private static List<String[]> table(String property, Path folder, String script, String name) {
    String python = python(property);
    try {
      Path table = folder.resolve(name);
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

  private static Kind kind(Path folder, String[] fields) {
    return new Kind(
        folder,
        fields[0],
        fields[1],
        fields[2],
        Integer.parseInt(fields[3]),
        Integer.parseInt(fields[4]));
  }

  private static void make(String python, Path script, Path table) throws IOException {
    try {
      run(python, script, Objects.requireNonNull(table.getParent()));
    } catch (IOException e) {
      Files.deleteIfExists(table);
      throw e;
    }
  }

  private static void run(String python, Path script, Path folder, String... more)
      throws IOException {
    Files.createDirectories(folder);
    Path log = folder.resolve(script.getFileName() + ".log");
    List<String> command = new ArrayList<>(List.of(python, script.toString(), folder.toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    if (Files.readString(Path.of("/proc/cpuinfo")).contains(" avx512_bf16")) {
      // Where the processor multiplies in bf16, 1.15.1 rounds queries to it; 1.12.0 never does.
      builder.environment().put("FAISS_SIMD_LEVEL", "AVX512");
    }
    Process process = builder.start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(script + ": " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  public static float[] floats(String file) {
    return floats(folder().resolve(file));
  }

  public static float[] floats(Path file) {
    ByteBuffer bytes = bytes(file);
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }

  public static long[] longs(String file) {
    return longs(folder().resolve(file));
  }

  public static long[] longs(Path file) {
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
    return bytes(folder().resolve(file)).array();
  }

  private static ByteBuffer bytes(Path file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
