package dev.faissjvm.lucene;

import dev.faissjvm.faiss.Metric;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/**
 * Lucene's four similarity functions as Faiss's two metrics, and Faiss's distances as Lucene's
 * scores.
 */
enum Similarity {
  /** Squared distance; the score is {@code 1 / (1 + distance)}. */
  EUCLIDEAN(0, VectorSimilarityFunction.EUCLIDEAN, Metric.L2, "IxF2", 1),
  /** Inner product of unit vectors; the score is {@code (1 + product) / 2}, at least 0. */
  DOT_PRODUCT(1, VectorSimilarityFunction.DOT_PRODUCT, Metric.INNER_PRODUCT, "IxFI", 0),
  /** Inner product times both inverse norms; the score is {@code (1 + cosine) / 2}, at least 0. */
  COSINE(2, VectorSimilarityFunction.COSINE, Metric.INNER_PRODUCT, "IxFI", 0),
  /** Inner product of any vectors, scaled to be positive as Lucene does it. */
  MAXIMUM_INNER_PRODUCT(
      3, VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT, Metric.INNER_PRODUCT, "IxFI", 0);

  private final int number;
  private final VectorSimilarityFunction function;
  private final Metric metric;
  private final String fourcc;
  private final int faissMetric;

  Similarity(
      int number,
      VectorSimilarityFunction function,
      Metric metric,
      String fourcc,
      int faissMetric) {
    this.number = number;
    this.function = function;
    this.metric = metric;
    this.fourcc = fourcc;
    this.faissMetric = faissMetric;
  }

  static Similarity of(VectorSimilarityFunction function) {
    return switch (function) {
      case EUCLIDEAN -> EUCLIDEAN;
      case DOT_PRODUCT -> DOT_PRODUCT;
      case COSINE -> COSINE;
      case MAXIMUM_INNER_PRODUCT -> MAXIMUM_INNER_PRODUCT;
    };
  }

  /** The function's number in a meta file. */
  int number() {
    return number;
  }

  VectorSimilarityFunction function() {
    return function;
  }

  Metric metric() {
    return metric;
  }

  /** The four characters that open a flat Faiss file of this metric. */
  String fourcc() {
    return fourcc;
  }

  /** The metric's number in a Faiss file. */
  int faissMetric() {
    return faissMetric;
  }

  /** Lucene's score of what Faiss found: positive, larger is better. */
  float score(float distance) {
    return switch (this) {
      case EUCLIDEAN -> 1 / (1 + distance);
      case DOT_PRODUCT, COSINE -> Math.max((1 + distance) / 2, 0);
      case MAXIMUM_INNER_PRODUCT -> VectorUtil.scaleMaxInnerProductScore(distance);
    };
  }

  /** The query that Faiss is asked: of length 1 under {@link #COSINE}, else as it came. */
  float[] query(float[] target) {
    if (this != COSINE) {
      return target;
    }
    float inverse = inverseNorm(target);
    float[] unit = new float[target.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = target[i] * inverse;
    }
    return unit;
  }

  /** One over the vector's length; 0 for the zero vector, which has no direction. */
  static float inverseNorm(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
  }
}
