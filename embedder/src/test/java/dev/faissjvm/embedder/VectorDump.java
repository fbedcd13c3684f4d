package dev.faissjvm.embedder;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/**
 * Writes the vectors of a file's lines, little-endian float32, for {@code
 * src/test/python/compare_vectors.py}; and says on the way how much memory the process has resident
 * and how many native objects are alive. Arguments: a model folder, a precision, a file with a text
 * a line, the file to write, how often to go through the texts, and the tokens of a batch.
 */
public final class VectorDump {
  private static final int STEP = 5000;

  private VectorDump() {}

  /** Embeds a stream, so that nothing but the embedder itself can grow. */
  public static void main(String[] arguments) throws IOException {
    List<String> texts = Files.readAllLines(Path.of(arguments[2]));
    int times = Integer.parseInt(arguments[4]);
    try (TextEmbedder embedder =
            TextEmbedder.builder(Path.of(arguments[0]))
                .precision(Precision.valueOf(arguments[1]))
                .batchTokens(Integer.parseInt(arguments[5]))
                .load();
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[3])))) {
      embedder.embed(texts.subList(0, 2)); // the first list may load libtorch
      long before = Pointer.totalCount();
      Stream<String> all = Stream.generate(() -> texts).limit(times).flatMap(List::stream);
      int[] done = {0};
      embedder
          .embed(all)
          .forEach(
              row -> {
                write(out, row);
                if (++done[0] % STEP == 0) {
                  System.out.println(done[0] + " texts; " + resident());
                }
              });
      System.out.println(
          done[0]
              + " texts; "
              + resident()
              + "; native objects more than before: "
              + (Pointer.totalCount() - before));
    }
  }

  private static void write(OutputStream out, float[] row) {
    ByteBuffer bytes = ByteBuffer.allocate(row.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row);
    try {
      out.write(bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resident() {
    try {
      return Files.readString(Path.of("/proc/self/status"))
          .lines()
          .filter(line -> line.startsWith("VmRSS"))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
