package dev.faissjvm.faiss.testing;

import dev.faissjvm.faiss.Operation;
import dev.faissjvm.faiss.VectorIndex;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Rows made from a seed, and brute force in doubles to compare with. */
public final class Vectors {
  private Vectors() {}

  public static float[] gaussian(int n, int dimension, long seed) {
    Random random = new Random(seed);
    float[] rows = new float[n * dimension];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    return rows;
  }

  /** Trains an index with rows and adds them: under their numbers, where it has no positions. */
  public static VectorIndex fill(VectorIndex index, float[] rows) {
    index.train(rows);
    if (index.supports(Operation.ADD)) {
      index.add(rows);
    } else {
      index.add(LongStream.range(0, rows.length / index.dimension()).toArray(), rows);
    }
    return index;
  }

  public static float[] row(float[] rows, int dimension, int row) {
    return Arrays.copyOfRange(rows, row * dimension, (row + 1) * dimension);
  }

  public static double squaredL2(float[] a, int i, float[] b, int j, int dimension) {
    double sum = 0;
    for (int c = 0; c < dimension; c++) {
      double difference = (double) a[i * dimension + c] - b[j * dimension + c];
      sum += difference * difference;
    }
    return sum;
  }

  /** Row numbers by L2 distance from row {@code query} of {@code queries}, the nearest first. */
  public static long[] nearest(float[] rows, float[] queries, int query, int dimension, int k) {
    return IntStream.range(0, rows.length / dimension)
        .boxed()
        .sorted(Comparator.comparingDouble(row -> squaredL2(rows, row, queries, query, dimension)))
        .limit(k)
        .mapToLong(row -> row)
        .toArray();
  }
}
