package dev.faissjvm.faiss;

/**
 * How far two vectors are apart, by Faiss's names and numbers.
 *
 * <p>{@link #INNER_PRODUCT} is a similarity, largest first; every other one a distance, smallest
 * first. {@link #L2} is the <em>squared</em> Euclidean distance. Nothing is normalised: for cosine
 * similarity add and query unit vectors under {@link #INNER_PRODUCT}.
 *
 * @see <a href="https://github.com/facebookresearch/faiss/wiki/MetricType-and-distances">Faiss:
 *     MetricType and distances</a>
 */
public enum Metric {
  /** The dot product, largest first. */
  INNER_PRODUCT(0),
  /** The squared Euclidean distance. */
  L2(1),
  /** The sum of absolute differences. */
  L1(2),
  /** The largest absolute difference. */
  LINF(3),
  /** The sum of differences to the power of the index's {@code metric_arg}. */
  LP(4),
  /** Canberra distance. */
  CANBERRA(20),
  /** Bray-Curtis dissimilarity. */
  BRAY_CURTIS(21),
  /** Jensen-Shannon divergence. */
  JENSEN_SHANNON(22),
  /** Jaccard similarity of non-negative weights, largest first. */
  JACCARD(23),
  /** Squared Euclidean distance that leaves out missing values. */
  NAN_EUCLIDEAN(24),
  /** Gower distance. */
  GOWER(25);

  private final int number;

  Metric(int number) {
    this.number = number;
  }

  /** {@return the number that stands in Faiss's files} */
  public int number() {
    return number;
  }

  /** {@return whether larger is nearer} */
  public boolean isSimilarity() {
    return this == INNER_PRODUCT || this == JACCARD;
  }

  /**
   * {@return the metric with this number}
   *
   * @param number as in a Faiss file
   * @throws IllegalArgumentException if there is none
   */
  public static Metric of(int number) {
    for (Metric metric : values()) {
      if (metric.number == number) {
        return metric;
      }
    }
    throw new IllegalArgumentException("metric: expected 0 to 4 or 20 to 25, got " + number);
  }
}
