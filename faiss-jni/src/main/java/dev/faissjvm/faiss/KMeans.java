package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeLibrary;
import dev.faissjvm.faiss.raw.Shim;
import java.util.Arrays;

/**
 * Clusters vectors around centroids: Faiss's {@code Kmeans}, with its parameters by its names, and
 * the same centroids from the same seed.
 *
 * <p><b>Shape.</b> Rows of {@code dimension} floats, row-major. To assign vectors to the centroids
 * found, ask {@link Distances#nearest(float[], float[], int)} for the nearest one, or add them to a
 * {@code Flat} index.
 *
 * <p><b>Units.</b> Squared Euclidean distance; with {@link #spherical} inner products of unit
 * centroids.
 *
 * <p><b>Threads.</b> Immutable; share it. One OpenMP thread a training, unless {@link #threads}
 * says more; the outcome depends on their number in the last digits.
 *
 * <p><b>Ownership.</b> Owns nothing; arrays passed in are not retained.
 *
 * <p><b>Errors.</b> A caller's mistake is a JDK exception before Faiss is called. Faiss itself
 * warns on the standard error stream of fewer than {@link #minPointsPerCentroid} rows a centroid.
 *
 * <pre>{@code
 * KMeans.Clusters clusters = KMeans.of(256, 384).iterations(20).train(vectors);
 * Neighbors nearest = Distances.by(Metric.L2, 384).nearest(vectors, clusters.centroids(), 1);
 * }</pre>
 *
 * @see <a
 *     href="https://github.com/facebookresearch/faiss/wiki/Faiss-building-blocks:-clustering,-PCA,-quantization">
 *     Faiss building blocks: clustering</a>
 */
public final class KMeans {
  private static final float[] NONE = {};
  private static final int MAX_CENTROIDS = 1 << 26;

  // The first number is the word that numeric.h of faiss-native reads it from.
  private enum Setting {
    ITERATIONS(0, "iterations", 25, 1, 10_000),
    REDO(1, "redo", 1, 1, 1_000),
    SPHERICAL(2, "spherical", 0, 0, 1),
    SEED(3, "seed", 1234, 0, Integer.MAX_VALUE),
    MIN_POINTS(4, "minPointsPerCentroid", 39, 1, Integer.MAX_VALUE),
    MAX_POINTS(5, "maxPointsPerCentroid", 256, 1, Integer.MAX_VALUE),
    THREADS(6, "threads", 1, 1, 1024),
    INTEGER(7, "integerCentroids", 0, 0, 1),
    FROZEN(8, "frozenCentroids", 0, 0, 1);

    private final int word;
    private final String setter;
    private final int otherwise;
    private final int least;
    private final int most;

    Setting(int word, String setter, int otherwise, int least, int most) {
      this.word = word;
      this.setter = setter;
      this.otherwise = otherwise;
      this.least = least;
      this.most = most;
    }
  }

  private final int centroids;
  private final int dimension;
  private final int[] settings;
  private final float[] initial;

  private KMeans(int centroids, int dimension, int[] settings, float[] initial) {
    this.centroids = centroids;
    this.dimension = dimension;
    this.settings = settings;
    this.initial = initial;
  }

  /**
   * What a training found.
   *
   * @param dimension floats a row
   * @param centroids row-major float32, the caller's own
   * @param objectives after each iteration, the sum of every row's distance to its centroid; with
   *     {@link KMeans#redo} those of every attempt up to the best; 0 where there were as many rows
   *     as centroids
   */
  @SuppressWarnings("ArrayRecordComponent") // equality is by content below
  public record Clusters(int dimension, float[] centroids, float[] objectives) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Clusters that
          && dimension == that.dimension
          && Arrays.equals(centroids, that.centroids)
          && Arrays.equals(objectives, that.objectives);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(centroids);
    }

    @Override
    public String toString() {
      return "Clusters[centroids="
          + centroids.length / dimension
          + ", objectives="
          + Arrays.toString(objectives)
          + "]";
    }
  }

  /**
   * {@return a clustering with Faiss's own settings: 25 iterations, once, seed 1234}
   *
   * @param centroids how many, at least 1
   * @param dimension floats a row, 1 to 1,048,576
   */
  public static KMeans of(int centroids, int dimension) {
    Checks.atLeast("centroids", 1, Checks.atMost("centroids", MAX_CENTROIDS, centroids));
    Checks.product("centroids", centroids, Checks.dimension(dimension));
    int[] settings = Arrays.stream(Setting.values()).mapToInt(one -> one.otherwise).toArray();
    return new KMeans(centroids, dimension, settings, NONE);
  }

  /**
   * {@return the same with another number of iterations}
   *
   * @param iterations 1 to 10,000
   */
  public KMeans iterations(int iterations) {
    return with(Setting.ITERATIONS, iterations);
  }

  /**
   * {@return the same done so many times from other starts, the best kept}
   *
   * @param times 1 to 1,000
   */
  public KMeans redo(int times) {
    return with(Setting.REDO, times);
  }

  /** {@return the same with centroids of unit length, compared by inner product} */
  public KMeans spherical() {
    return with(Setting.SPHERICAL, 1);
  }

  /** {@return the same with centroids rounded to whole numbers after each iteration} */
  public KMeans integerCentroids() {
    return with(Setting.INTEGER, 1);
  }

  /**
   * {@return the same with the {@link #initialCentroids} left as they are; only the others are
   * found} Such a training takes no weights, and is refused where so few rows are nearer to one of
   * the others that Faiss could not split a cluster of them.
   */
  public KMeans frozenCentroids() {
    return with(Setting.FROZEN, 1);
  }

  /**
   * {@return the same from another seed}
   *
   * @param seed at least 0
   */
  public KMeans seed(int seed) {
    return with(Setting.SEED, seed);
  }

  /**
   * {@return the same with another number of rows a centroid below which Faiss warns; 39 unless
   * set}
   *
   * @param points at least 1, which never warns
   */
  public KMeans minPointsPerCentroid(int points) {
    return with(Setting.MIN_POINTS, points);
  }

  /**
   * {@return the same with another number of rows a centroid above which Faiss takes a sample; 256
   * unless set}
   *
   * @param points at least 1
   */
  public KMeans maxPointsPerCentroid(int points) {
    return with(Setting.MAX_POINTS, points);
  }

  /**
   * {@return the same with another number of OpenMP threads}
   *
   * @param threads 1 to 1024
   */
  public KMeans threads(int threads) {
    return with(Setting.THREADS, threads);
  }

  /**
   * {@return the same from given centroids; those that are missing are drawn from the rows}
   *
   * @param newInitial row-major float32, copied; at most as many rows as centroids
   */
  public KMeans initialCentroids(float[] newInitial) {
    int n = Checks.rows("initial centroids", newInitial.length, dimension);
    Checks.atMost("initial centroids", centroids, n);
    return new KMeans(centroids, dimension, settings, newInitial.clone());
  }

  /**
   * Finds the centroids.
   *
   * @param vectors row-major float32, at least as many rows as centroids
   * @return centroids and objectives
   * @throws IllegalArgumentException if the length does not fit, a row is not finite, or there are
   *     too few
   */
  public Clusters train(float[] vectors) {
    return cluster(vectors, NONE);
  }

  /**
   * Finds the centroids, each row counting by its weight.
   *
   * @param vectors row-major float32, at least as many rows as centroids
   * @param weights one for each row, 0 to 1e6
   * @return centroids and objectives; the objectives are not weighted
   * @throws IllegalArgumentException also if the weights are so small that Faiss could not split a
   *     cluster: all of them times one factor give the same centroids
   */
  public Clusters train(float[] vectors, float[] weights) {
    Checks.length("weights", Checks.rows("vectors", vectors.length, dimension), weights.length);
    return cluster(vectors, weights);
  }

  private Clusters cluster(float[] vectors, float[] weights) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    float[] found = new float[centroids * dimension];
    int most = settings[Setting.ITERATIONS.word] * settings[Setting.REDO.word];
    float[] objectives = new float[most];
    NativeLibrary.load();
    try {
      long iterations =
          Shim.kmeans(
              n,
              dimension,
              vectors,
              weights,
              weights.length,
              centroids,
              initial,
              initial.length / dimension,
              settings,
              found,
              objectives);
      return new Clusters(dimension, found, Arrays.copyOf(objectives, (int) iterations));
    } catch (RuntimeException e) {
      throw NativeCall.translate("train", e);
    }
  }

  private KMeans with(Setting setting, int value) {
    Checks.atLeast(
        setting.setter, setting.least, Checks.atMost(setting.setter, setting.most, value));
    int[] changed = settings.clone();
    changed[setting.word] = value;
    return new KMeans(centroids, dimension, changed, initial);
  }
}
