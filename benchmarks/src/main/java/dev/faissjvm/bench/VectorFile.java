package dev.faissjvm.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * Unit vectors in a file that every contestant reads: row-major little-endian float32, nothing
 * else.
 *
 * @param file where they are
 * @param dimension components of each
 */
record VectorFile(Path file, int dimension) {

  private static final int CLUSTERS = 2_000;
  private static final int BATCH = 1_024;

  /** Makes the vectors of some rows. */
  @FunctionalInterface
  interface Source {
    /** Returns the vectors of the rows from {@code from} on, {@code n} of them. */
    float[] rows(int from, int n) throws IOException;
  }

  /** Writes a file unless it is there from an earlier run. */
  static VectorFile kept(Path file, int dimension, int count, Source source) throws IOException {
    VectorFile kept = new VectorFile(file, dimension);
    if (!Files.exists(file)) {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      try (FileChannel out =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        for (int from = 0; from < count; from += BATCH) {
          int n = Math.min(BATCH, count - from);
          write(out, source.rows(from, n));
        }
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return kept;
  }

  private static void write(FileChannel out, float[] rows) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(rows.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(rows);
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** Writes some rows of this file to another one, unless it is there. */
  VectorFile part(Path to, int from, int n) throws IOException {
    return kept(to, dimension, n, (first, rows) -> rows(from + first, rows));
  }

  /**
   * Writes Gaussian clusters of unequal weight, the same for the same seed: neighbourhoods as dense
   * and as thin as those of real embeddings.
   */
  static VectorFile clustered(Path file, int count, int dimension, long seed) throws IOException {
    Random random = new Random(seed);
    float[][] centres = new float[CLUSTERS][dimension];
    for (float[] centre : centres) {
      for (int i = 0; i < dimension; i++) {
        centre[i] = (float) random.nextGaussian();
      }
    }
    return kept(file, dimension, count, (from, n) -> clustered(random, centres, dimension, n));
  }

  private static float[] clustered(Random random, float[][] centres, int dimension, int n) {
    float[] rows = new float[n * dimension];
    for (int i = 0; i < n; i++) {
      double weight = random.nextDouble();
      float[] centre = centres[(int) (weight * weight * CLUSTERS)];
      double squares = 0;
      for (int j = 0; j < dimension; j++) {
        float component = centre[j] + (float) random.nextGaussian();
        rows[i * dimension + j] = component;
        squares += (double) component * component;
      }
      for (int j = 0; j < dimension; j++) {
        rows[i * dimension + j] /= (float) Math.sqrt(squares);
      }
    }
    return rows;
  }

  int count() throws IOException {
    return Math.toIntExact(Files.size(file) / Float.BYTES / dimension);
  }

  float[] all() throws IOException {
    return rows(0, count());
  }

  float[] rows(int from, int n) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact((long) n * dimension * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel in = FileChannel.open(file)) {
      long start = (long) from * dimension * Float.BYTES;
      while (bytes.hasRemaining()) {
        if (in.read(bytes, start + bytes.position()) < 0) {
          throw new IOException(file.getFileName() + ": expected " + (from + n) + " rows");
        }
      }
    }
    float[] rows = new float[n * dimension];
    bytes.flip().asFloatBuffer().get(rows);
    return rows;
  }
}
