package dev.faissjvm.cli.vectors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * The vectors of a file, batch by batch.
 *
 * <p><b>Shape.</b> {@link #count()} vectors of {@link #dimension()} floats. The form is told by the
 * name: {@code .fvecs} has before each vector its dimension as a 32-bit integer; {@code .npy} is
 * NumPy's two-dimensional little-endian float32 array in C order; any other name is raw float32,
 * little-endian, whose dimension the caller knows.
 *
 * <p><b>Ownership.</b> Holds the open file until {@link #close()}.
 *
 * <p><b>Errors.</b> Opening refuses a file whose length does not fit its shape.
 *
 * @see <a href="http://corpus-texmex.irisa.fr/">The fvecs form</a>
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The npy
 *     form</a>
 */
public final class VectorReader implements AutoCloseable {

  private static final int MAX_DIMENSION = 1 << 20;

  private final FileChannel channel;
  private final Path file;
  private final int dimension;
  private final long count;
  private final boolean prefixed;
  private long position;

  private VectorReader(FileChannel channel, Path file, int dimension, long start, boolean prefixed)
      throws IOException {
    this.channel = channel;
    this.file = file;
    this.dimension = dimension;
    this.prefixed = prefixed;
    long body = channel.size() - start;
    if (body % stride() != 0) {
      throw unexpected(file, "whole vectors of " + dimension + " floats", body + " bytes");
    }
    this.count = body / stride();
    channel.position(start);
  }

  /**
   * Opens a file.
   *
   * @param file the file
   * @param rawDimension floats a vector, used for a raw file only; 0 when there is none
   * @return a reader before the first vector
   * @throws IOException if the file cannot be opened or is not what its name says
   */
  public static VectorReader open(Path file, int rawDimension) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return open(channel, file, rawDimension);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static VectorReader open(FileChannel channel, Path file, int rawDimension)
      throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npy")) {
      NpyHeader header = NpyHeader.read(channel, file);
      VectorReader reader =
          new VectorReader(channel, file, header.dimension(), header.size(), false);
      if (reader.count != header.count()) {
        throw unexpected(file, header.count() + " vectors", String.valueOf(reader.count));
      }
      return reader;
    }
    if (name.endsWith(".fvecs")) {
      ByteBuffer first = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      fill(channel, first, file);
      return new VectorReader(channel, file, checked(file, first.getInt(0)), 0, true);
    }
    if (rawDimension < 1) {
      throw new IOException(
          file.getFileName()
              + ": expected .fvecs, .npy, or raw float32 with --dimension, got no dimension");
    }
    return new VectorReader(channel, file, checked(file, rawDimension), 0, false);
  }

  /** {@return the floats of a vector} */
  public int dimension() {
    return dimension;
  }

  /** {@return the vectors of the file} */
  public long count() {
    return count;
  }

  /**
   * Reads on.
   *
   * @param max vectors at most, at least 1
   * @return row-major floats of the next vectors; empty at the end
   * @throws IOException if the file ends early or a vector has another dimension
   */
  public float[] next(int max) throws IOException {
    int n = (int) Math.min(max, count - position);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(n * stride())).order(ByteOrder.LITTLE_ENDIAN);
    fill(channel, bytes, file);
    bytes.flip();
    float[] vectors = new float[Math.multiplyExact(n, dimension)];
    for (int i = 0; i < n; i++) {
      if (prefixed) {
        int own = bytes.getInt();
        if (own != dimension) {
          throw unexpected(file, "dimension " + dimension, own + "; vector=" + (position + i));
        }
      }
      bytes
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(vectors, i * dimension, dimension);
      bytes.position(bytes.position() + dimension * Float.BYTES);
    }
    position += n;
    return vectors;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private long stride() {
    return (long) dimension * Float.BYTES + (prefixed ? Integer.BYTES : 0);
  }

  static int checked(Path file, long dimension) throws IOException {
    if (dimension < 1 || dimension > MAX_DIMENSION) {
      throw unexpected(file, "a dimension from 1 to " + MAX_DIMENSION, String.valueOf(dimension));
    }
    return (int) dimension;
  }

  static void fill(FileChannel channel, ByteBuffer buffer, Path file) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw unexpected(file, buffer.capacity() + " bytes", buffer.position() + " and the end");
      }
    }
  }

  static IOException unexpected(Path file, String expected, String got) {
    return new IOException(file.getFileName() + ": expected " + expected + ", got " + got);
  }
}
