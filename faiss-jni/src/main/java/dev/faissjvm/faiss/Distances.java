package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeLibrary;
import dev.faissjvm.faiss.raw.Shim;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Exact neighbours and distances of rows in the caller's memory, without an index: Faiss's {@code
 * knn} and {@code pairwise_distances}. What {@link #nearest} returns is the ground truth that
 * {@link Recall} measures an index by.
 *
 * <p><b>Shape.</b> Rows of {@code dimension} floats, row-major. Ids are row numbers from 0.
 *
 * <p><b>Units.</b> Those of the {@link Metric}; {@link Metric#LP} sums powers of {@link
 * #power(float)}. {@link Metric#NAN_EUCLIDEAN} and {@link Metric#GOWER} take NaN for a missing
 * value, and their distance is NaN where nothing can be compared.
 *
 * <p><b>Threads.</b> Immutable; share it. One OpenMP thread a call, unless {@link #threads} says
 * more.
 *
 * <p><b>Ownership.</b> Owns nothing; arrays and buffers are read and written during the call only.
 *
 * <p><b>Errors.</b> A caller's mistake is a JDK exception before Faiss is called: a length that
 * does not fit, a component that is not finite, a row whose squared norm reaches 1e37.
 *
 * <pre>{@code
 * Neighbors truth = Distances.by(Metric.L2, 384).nearest(queries, vectors, 10);
 * }</pre>
 *
 * @see <a
 *     href="https://github.com/facebookresearch/faiss/wiki/Brute-force-search-without-an-index">
 *     Faiss: brute force search without an index</a>
 */
public final class Distances {
  private final Metric metric;
  private final int dimension;
  private final float power;
  private final int threads;

  private Distances(Metric metric, int dimension, float power, int threads) {
    this.metric = metric;
    this.dimension = dimension;
    this.power = power;
    this.threads = threads;
  }

  /**
   * {@return distances between rows of so many components}
   *
   * @param metric which
   * @param dimension floats a row, 1 to 1,048,576
   */
  public static Distances by(Metric metric, int dimension) {
    return new Distances(metric, Checks.dimension(dimension), 2, 1);
  }

  /**
   * {@return the same with another power for {@link Metric#LP}; 2 unless set}
   *
   * @param newPower above 0, at most 1000
   */
  public Distances power(float newPower) {
    if (!(newPower > 0 && newPower <= 1000)) {
      throw new IllegalArgumentException(
          "power: expected more than 0 and at most 1000, got " + newPower);
    }
    return new Distances(metric, dimension, newPower, threads);
  }

  /**
   * {@return the same with another number of OpenMP threads a call}
   *
   * @param newThreads 1 to 1024
   */
  public Distances threads(int newThreads) {
    return new Distances(metric, dimension, power, Checks.threads(newThreads));
  }

  /**
   * Returns the {@code k} nearest of the vectors to each query, the best first; a row is padded
   * with id {@code -1} where there are fewer.
   *
   * @param queries row-major float32
   * @param vectors row-major float32, searched through
   * @param k neighbours per query, at least 1
   * @return one row of {@code k} for each query
   */
  public Neighbors nearest(float[] queries, float[] vectors, int k) {
    int n = Checks.rows("queries", queries.length, dimension);
    int count = Checks.rows("vectors", vectors.length, dimension);
    int size = Checks.product("neighbours", n, Checks.atLeast("k", 1, k));
    Neighbors found = new Neighbors(k, new float[size], new long[size]);
    NativeLibrary.load();
    try {
      Shim.nearest(
          n,
          queries,
          count,
          vectors,
          dimension,
          metric.number(),
          power,
          k,
          found.distances(),
          found.ids(),
          threads);
      return found;
    } catch (RuntimeException e) {
      throw NativeCall.translate("nearest", e);
    }
  }

  /**
   * Searches as {@link #nearest(float[], float[], int)} does, from and into direct buffers, without
   * any copy. Reads and writes from position 0; positions and limits are left alone.
   *
   * @param queries row-major float32, as long as its limit
   * @param vectors row-major float32, as long as its limit
   * @param k neighbours per query, at least 1
   * @param distances at least {@code n * k} long
   * @param ids at least {@code n * k} long
   */
  public void nearest(
      FloatBuffer queries, FloatBuffer vectors, int k, FloatBuffer distances, LongBuffer ids) {
    int n = Checks.rows("queries", queries.limit(), dimension);
    int count = Checks.rows("vectors", vectors.limit(), dimension);
    long size = n * Checks.atLeast("k", 1, k);
    Checks.roomFor("distances", size, distances.limit());
    Checks.roomFor("ids", size, ids.limit());
    Checks.buffers(
        Checks.isNative(queries)
            && Checks.isNative(vectors)
            && Checks.isResult(distances)
            && Checks.isResult(ids));
    NativeLibrary.load();
    try {
      Shim.nearest(
          n,
          queries.duplicate().position(0),
          count,
          vectors.duplicate().position(0),
          dimension,
          metric.number(),
          power,
          k,
          distances.duplicate().position(0),
          ids.duplicate().position(0),
          threads);
    } catch (RuntimeException e) {
      throw NativeCall.translate("nearest", e);
    }
  }

  /**
   * Computes the distance of every query to every vector.
   *
   * @param queries row-major float32
   * @param vectors row-major float32
   * @return one row for each query, one column for each vector
   */
  public float[] pairwise(float[] queries, float[] vectors) {
    int n = Checks.rows("queries", queries.length, dimension);
    int count = Checks.rows("vectors", vectors.length, dimension);
    float[] distances = new float[Checks.product("distances", n, count)];
    NativeLibrary.load();
    try {
      Shim.pairwise(
          n, queries, count, vectors, dimension, metric.number(), power, distances, threads);
      return distances;
    } catch (RuntimeException e) {
      throw NativeCall.translate("pairwise", e);
    }
  }

  /**
   * Computes as {@link #pairwise(float[], float[])} does, from and into direct buffers, without any
   * copy. Reads and writes from position 0; positions and limits are left alone.
   *
   * @param queries row-major float32, as long as its limit
   * @param vectors row-major float32, as long as its limit
   * @param distances at least as long as there are pairs
   */
  public void pairwise(FloatBuffer queries, FloatBuffer vectors, FloatBuffer distances) {
    int n = Checks.rows("queries", queries.limit(), dimension);
    int count = Checks.rows("vectors", vectors.limit(), dimension);
    Checks.roomFor("distances", (long) n * count, distances.limit());
    Checks.buffers(
        Checks.isNative(queries) && Checks.isNative(vectors) && Checks.isResult(distances));
    NativeLibrary.load();
    try {
      Shim.pairwise(
          n,
          queries.duplicate().position(0),
          count,
          vectors.duplicate().position(0),
          dimension,
          metric.number(),
          power,
          distances.duplicate().position(0),
          threads);
    } catch (RuntimeException e) {
      throw NativeCall.translate("pairwise", e);
    }
  }
}
