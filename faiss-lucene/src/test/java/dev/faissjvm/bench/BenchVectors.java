package dev.faissjvm.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Random;

/**
 * Unit vectors of a run, off the heap: from a file in the {@code .fvecs} format, or made up in
 * clusters ({@code clustered:<dimension>}).
 */
final class BenchVectors {
  private static final int CENTRES = 2000;

  private final int dimension;
  private final int count;
  private final ByteBuffer[] rows;

  private BenchVectors(int dimension, int count) {
    this.dimension = dimension;
    this.count = count;
    this.rows = new ByteBuffer[count];
  }

  static BenchVectors of(String source, int count) throws IOException {
    return source.startsWith("clustered:")
        ? clustered(Integer.parseInt(source.substring("clustered:".length())), count)
        : read(Path.of(source), count);
  }

  private static BenchVectors read(Path file, int count) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer head = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      channel.read(head, 0);
      int dimension = head.getInt(0);
      long stride = 4L + dimension * 4L;
      if (channel.size() < count * stride) {
        throw new IOException(file + ": expected " + count + " rows of " + dimension);
      }
      BenchVectors vectors = new BenchVectors(dimension, count);
      for (int i = 0; i < count; i++) {
        ByteBuffer row = ByteBuffer.allocateDirect(dimension * 4).order(ByteOrder.LITTLE_ENDIAN);
        channel.read(row, i * stride + 4);
        vectors.rows[i] = row;
      }
      return vectors;
    }
  }

  /** Gaussian clusters of unequal weight, their vectors at length 1. */
  private static BenchVectors clustered(int dimension, int count) {
    Random random = new Random(7);
    float[][] centres = new float[CENTRES][dimension];
    for (float[] centre : centres) {
      for (int i = 0; i < dimension; i++) {
        centre[i] = (float) random.nextGaussian();
      }
    }
    BenchVectors vectors = new BenchVectors(dimension, count);
    float[] vector = new float[dimension];
    for (int i = 0; i < count; i++) {
      double weight = random.nextDouble();
      float[] centre = centres[(int) (weight * weight * CENTRES)];
      double squares = 0;
      for (int j = 0; j < dimension; j++) {
        vector[j] = centre[j] + (float) random.nextGaussian();
        squares += vector[j] * vector[j];
      }
      ByteBuffer row = ByteBuffer.allocateDirect(dimension * 4).order(ByteOrder.LITTLE_ENDIAN);
      for (int j = 0; j < dimension; j++) {
        row.putFloat(j * 4, (float) (vector[j] / Math.sqrt(squares)));
      }
      vectors.rows[i] = row;
    }
    return vectors;
  }

  int dimension() {
    return dimension;
  }

  int count() {
    return count;
  }

  float[] get(int row) {
    float[] vector = new float[dimension];
    rows[row]
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .rewind()
        .asFloatBuffer()
        .get(vector);
    return vector;
  }
}
