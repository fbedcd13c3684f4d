package dev.faissjvm.embedder.testing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.faissjvm.embedder.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The models and vectors made by {@code src/test/python/make_fixtures.py}. */
public final class Fixtures {
  private static final Path ROOT = Path.of("src", "test", "resources", "fixtures");

  private Fixtures() {}

  /** The folder of a tiny model. */
  public static Path model(String name) {
    return ROOT.resolve(name);
  }

  /** Names of the tiny models. */
  public static List<String> names() {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("queries.f32")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Those that this CPU can compute in: bfloat16 needs the byte and word instructions of AVX-512.
   */
  public static List<Precision> precisions() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo")).contains(" avx512bw ")
          ? List.of(Precision.FLOAT32, Precision.INT8, Precision.BFLOAT16)
          : List.of(Precision.FLOAT32, Precision.INT8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The texts that the tiny models embedded. */
  public static List<String> texts() {
    return texts(ROOT);
  }

  /** The texts of a folder. */
  public static List<String> texts(Path folder) {
    try (JsonParser json = new JsonFactory().createParser(folder.resolve("texts.json").toFile())) {
      List<String> texts = new ArrayList<>();
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
          texts.add(json.getText());
        }
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rows of a file of little-endian float32 numbers. */
  public static float[][] rows(Path file, int count) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      float[][] rows = new float[count][bytes.remaining() / Float.BYTES / count];
      for (float[] row : rows) {
        for (int i = 0; i < row.length; i++) {
          row[i] = bytes.getFloat();
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies a tiny model, to be changed. */
  public static Path copy(String name, Path into) {
    Path from = model(name);
    Path to = into.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted(Comparator.naturalOrder()).toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The largest difference of two sets of rows, relative where the numbers are above 1. */
  public static double maxDifference(float[][] expected, float[][] actual) {
    double max = expected.length == actual.length ? 0 : Double.POSITIVE_INFINITY;
    for (int r = 0; r < Math.min(expected.length, actual.length); r++) {
      if (expected[r].length != actual[r].length) {
        return Double.POSITIVE_INFINITY;
      }
      for (int i = 0; i < expected[r].length; i++) {
        double difference = Math.abs((double) expected[r][i] - actual[r][i]);
        double relative = difference / Math.max(1, Math.abs(expected[r][i]));
        max = Double.isNaN(relative) ? Double.POSITIVE_INFINITY : Math.max(max, relative);
      }
    }
    return max;
  }

  /** The cosine of two rows. */
  public static double cosine(float[] a, float[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(aa * bb);
  }
}
