package dev.faissjvm.lucene.testing;

import java.util.Random;
import org.apache.lucene.index.VectorSimilarityFunction;

/** Seeded vectors in clusters, and what they score by the book, in doubles. */
public final class Vectors {
  private Vectors() {}

  /** Unit vectors around {@code centres} random directions. */
  public static float[][] clustered(long seed, int count, int dimension, int centres) {
    Random random = new Random(seed);
    float[][] around = new float[centres][];
    for (int i = 0; i < centres; i++) {
      around[i] = gaussian(random, dimension, 1);
    }
    float[][] vectors = new float[count][];
    for (int i = 0; i < count; i++) {
      float[] noise = gaussian(random, dimension, 0.7);
      float[] centre = around[random.nextInt(centres)];
      for (int j = 0; j < dimension; j++) {
        noise[j] += centre[j];
      }
      vectors[i] = unit(noise);
    }
    return vectors;
  }

  /** The same directions with lengths from 0.5 to 2. */
  public static float[][] ofAnyLength(long seed, float[][] vectors) {
    Random random = new Random(seed);
    float[][] scaled = new float[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      float length = 0.5f + 1.5f * random.nextFloat();
      scaled[i] = vectors[i].clone();
      for (int j = 0; j < scaled[i].length; j++) {
        scaled[i][j] *= length;
      }
    }
    return scaled;
  }

  /** Lucene's score of two vectors, computed in doubles. */
  public static double score(VectorSimilarityFunction function, float[] a, float[] b) {
    double product = 0;
    double squares = 0;
    double lengthA = 0;
    double lengthB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squares += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
      lengthA += (double) a[i] * a[i];
      lengthB += (double) b[i] * b[i];
    }
    return switch (function) {
      case EUCLIDEAN -> 1 / (1 + squares);
      case DOT_PRODUCT -> Math.max(0, (1 + product) / 2);
      case COSINE -> Math.max(0, (1 + product / Math.sqrt(lengthA * lengthB)) / 2);
      case MAXIMUM_INNER_PRODUCT -> product < 0 ? 1 / (1 - product) : product + 1;
    };
  }

  private static float[] gaussian(Random random, int dimension, double deviation) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) (deviation * random.nextGaussian());
    }
    return vector;
  }

  private static float[] unit(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(squares));
    }
    return vector;
  }
}
