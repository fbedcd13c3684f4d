package dev.faissjvm.bench.jmh;

import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.VectorIndex;
import java.util.Random;

/** Vectors and indexes made from a seed. */
final class Made {

  static final int DIMENSION = 128;

  private Made() {}

  static float[] vectors(int n, long seed) {
    Random random = new Random(seed);
    float[] vectors = new float[n * DIMENSION];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) random.nextGaussian();
    }
    return vectors;
  }

  static VectorIndex index(String factory, int n) {
    VectorIndex index = VectorIndex.create(factory, DIMENSION, Metric.L2);
    float[] vectors = vectors(n, 1);
    if (!index.isTrained()) {
      index.train(vectors);
    }
    index.add(vectors);
    return index;
  }
}
