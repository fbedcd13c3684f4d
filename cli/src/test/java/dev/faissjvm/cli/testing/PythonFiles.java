package dev.faissjvm.cli.testing;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files of every kind that a Python's Faiss wrote, with its answers, made once a build by {@code
 * make_files.py} of faiss-native under the Python that a system property names.
 *
 * @param folder where they lie
 */
public record PythonFiles(Path folder) {

  private static final Path SCRIPT =
      Path.of("..", "faiss-native", "src", "test", "python", "make_files.py");

  /** One line of kinds.tsv. */
  public record Kind(String name, String metric, Path file) {
    /** {@return whether its vectors are of bits} */
    public boolean isOverBits() {
      return metric.equals("hamming");
    }
  }

  /** Returns the files of the Python that a property names; without one the test is skipped. */
  public static PythonFiles of(String property) {
    String python = System.getProperty(property, "");
    assumeFalse(python.isEmpty(), "no Python with Faiss: run ./check, or set -D" + property);
    try {
      return of(property, python);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized PythonFiles of(String property, String python) throws IOException {
    Path folder = Path.of("target", property).toAbsolutePath();
    Path table = folder.resolve("kinds.tsv");
    if (!Files.exists(table)
        || Files.getLastModifiedTime(table).compareTo(Files.getLastModifiedTime(SCRIPT)) < 0) {
      Files.createDirectories(folder);
      Path log = folder.resolve("log");
      Process process =
          new ProcessBuilder(python, SCRIPT.toString(), folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (process.onExit().join().exitValue() != 0) {
        Files.deleteIfExists(table);
        throw new IOException(SCRIPT + ": " + Files.readString(log));
      }
    }
    return new PythonFiles(folder);
  }

  /** Returns every kind that was written. */
  public List<Kind> kinds() {
    try {
      return Files.readAllLines(folder.resolve("kinds.tsv")).stream()
          .skip(1)
          .map(line -> line.split("\t", -1))
          .map(fields -> new Kind(fields[0], fields[2], folder.resolve(fields[0] + ".faiss")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
