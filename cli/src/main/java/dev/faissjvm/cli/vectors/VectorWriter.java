package dev.faissjvm.cli.vectors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Writes vectors to a file whose name tells the form: {@code .fvecs}, {@code .npy}, else raw
 * float32.
 *
 * <p><b>Shape.</b> Each row has {@code dimension} floats; little-endian.
 *
 * <p><b>Ownership.</b> Holds the open file until {@link #close()}, which for {@code .npy} fills in
 * the count; a file whose writer was never closed says 0 vectors.
 */
public final class VectorWriter implements AutoCloseable {

  private final FileChannel channel;
  private final int dimension;
  private final boolean prefixed;
  private final boolean npy;
  private long count;

  private VectorWriter(FileChannel channel, int dimension, String name) {
    this.channel = channel;
    this.dimension = dimension;
    this.prefixed = name.endsWith(".fvecs");
    this.npy = name.endsWith(".npy");
  }

  /**
   * Creates or replaces a file.
   *
   * @param file the file
   * @param dimension floats a vector, at least 1
   * @return a writer of no vectors so far
   * @throws IOException if the file cannot be written
   */
  public static VectorWriter create(Path file, int dimension) throws IOException {
    VectorReader.checked(file, dimension);
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    VectorWriter writer =
        new VectorWriter(channel, dimension, file.toString().toLowerCase(Locale.ROOT));
    if (writer.npy) {
      writer.write(ByteBuffer.wrap(NpyHeader.bytes("<f4", 0, dimension)));
    }
    return writer;
  }

  /**
   * Appends vectors.
   *
   * @param vectors row-major, a multiple of the dimension long
   * @throws IOException if the disk is full or fails
   * @throws IllegalArgumentException if the length is not a multiple of the dimension
   */
  public void write(float[] vectors) throws IOException {
    if (vectors.length % dimension != 0) {
      throw new IllegalArgumentException(
          "vectors: expected a multiple of dimension floats, got "
              + vectors.length
              + "; dimension="
              + dimension);
    }
    int n = vectors.length / dimension;
    ByteBuffer bytes =
        ByteBuffer.allocate(
                Math.addExact(
                    Math.multiplyExact(vectors.length, Float.BYTES),
                    prefixed ? n * Integer.BYTES : 0))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < vectors.length; i++) {
      if (prefixed && i % dimension == 0) {
        bytes.putInt(dimension);
      }
      bytes.putFloat(vectors[i]);
    }
    write(bytes.flip());
    count += n;
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (npy) {
        channel.position(0);
        write(ByteBuffer.wrap(NpyHeader.bytes("<f4", count, dimension)));
      }
    }
  }
}
