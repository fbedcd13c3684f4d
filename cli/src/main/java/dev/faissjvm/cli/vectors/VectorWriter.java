package dev.faissjvm.cli.vectors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes vectors to a file whose name tells the form: {@code .fvecs}, {@code .npy}, else raw
 * float32; or ids to a {@code .npy} of int64.
 *
 * <p><b>Shape.</b> Each row has {@code width} numbers; little-endian.
 *
 * <p><b>Ownership.</b> Holds the open file until {@link #close()}, which for {@code .npy} fills in
 * the count; a file whose writer was never closed says 0 vectors.
 */
public final class VectorWriter implements AutoCloseable {

  private static final String FLOATS = "<f4";
  private static final String LONGS = "<i8";

  private final FileChannel channel;
  private final int width;
  private final boolean prefixed;
  private final @Nullable String npy;
  private long count;

  private VectorWriter(FileChannel channel, int width, boolean prefixed, @Nullable String npy) {
    this.channel = channel;
    this.width = width;
    this.prefixed = prefixed;
    this.npy = npy;
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
    String name = file.toString().toLowerCase(Locale.ROOT);
    return open(file, dimension, name.endsWith(".fvecs"), name.endsWith(".npy") ? FLOATS : null);
  }

  /**
   * Creates or replaces a NumPy file of float32, whatever its name.
   *
   * @param file the file
   * @param width numbers a row, at least 1
   * @return a writer of no rows so far
   * @throws IOException if the file cannot be written
   */
  public static VectorWriter npy(Path file, int width) throws IOException {
    return open(file, width, false, FLOATS);
  }

  /**
   * Creates or replaces a NumPy file of int64, whatever its name.
   *
   * @param file the file
   * @param width ids a row, at least 1
   * @return a writer of no rows so far
   * @throws IOException if the file cannot be written
   */
  public static VectorWriter ids(Path file, int width) throws IOException {
    return open(file, width, false, LONGS);
  }

  private static VectorWriter open(Path file, int width, boolean prefixed, @Nullable String npy)
      throws IOException {
    VectorReader.checked(file, width);
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    VectorWriter writer = new VectorWriter(channel, width, prefixed, npy);
    try {
      writer.writeHead();
    } catch (IOException e) {
      channel.close();
      throw e;
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
    int n = rows(vectors.length);
    ByteBuffer bytes = room(vectors.length, Float.BYTES, prefixed ? n * Integer.BYTES : 0);
    for (int i = 0; i < vectors.length; i++) {
      if (prefixed && i % width == 0) {
        bytes.putInt(width);
      }
      bytes.putFloat(vectors[i]);
    }
    write(bytes.flip());
    count += n;
  }

  /**
   * Appends ids.
   *
   * @param ids row-major, a multiple of the width long
   * @throws IOException if the disk is full or fails
   * @throws IllegalArgumentException if the length is not a multiple of the width
   */
  public void write(long[] ids) throws IOException {
    int n = rows(ids.length);
    ByteBuffer bytes = room(ids.length, Long.BYTES, 0);
    for (long id : ids) {
      bytes.putLong(id);
    }
    write(bytes.flip());
    count += n;
  }

  private int rows(int length) {
    if (length % width != 0) {
      throw new IllegalArgumentException(
          "vectors: expected a multiple of dimension floats, got "
              + length
              + "; dimension="
              + width);
    }
    return length / width;
  }

  private static ByteBuffer room(int numbers, int sizeBytes, int moreBytes) {
    return ByteBuffer.allocate(Math.addExact(Math.multiplyExact(numbers, sizeBytes), moreBytes))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private void writeHead() throws IOException {
    if (npy != null) {
      write(ByteBuffer.wrap(NpyHeader.bytes(npy, count, width)));
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (npy != null) {
        channel.position(0);
        writeHead();
      }
    }
  }
}
