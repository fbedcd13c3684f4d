package dev.faissjvm.faiss;

import java.util.Arrays;
import java.util.Objects;

/**
 * Everything within a radius of a batch of queries.
 *
 * <p><b>Shape.</b> The hits of query {@code i} stand from {@code limits[i]} to {@code limits[i +
 * 1]}, in no fixed order. The arrays are the caller's own.
 *
 * <pre>{@code
 * RangeHits near = index.rangeSearch(queries, 700, SearchOptions.DEFAULT);
 * for (int i = 0; i < near.queries(); i++) {
 *   long[] found = near.ids(i); // of query i, nearer than 700
 *   float[] distances = near.distances(i);
 * }
 * }</pre>
 *
 * @param limits {@code n + 1} positions, the first 0
 * @param distances one for each hit, in the metric's units
 * @param ids one for each hit
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content below
public record RangeHits(long[] limits, float[] distances, long[] ids) {

  /** {@return the number of queries} */
  public int queries() {
    return limits.length - 1;
  }

  /**
   * {@return the ids of one query's hits, a copy}
   *
   * @param query from 0
   */
  public long[] ids(int query) {
    Objects.checkIndex(query, queries());
    return Arrays.copyOfRange(ids, (int) limits[query], (int) limits[query + 1]);
  }

  /**
   * {@return the distances of one query's hits, a copy}
   *
   * @param query from 0
   */
  public float[] distances(int query) {
    Objects.checkIndex(query, queries());
    return Arrays.copyOfRange(distances, (int) limits[query], (int) limits[query + 1]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RangeHits that
        && Arrays.equals(limits, that.limits)
        && Arrays.equals(distances, that.distances)
        && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return "RangeHits[limits=" + Arrays.toString(limits) + ", ids=" + Arrays.toString(ids) + "]";
  }
}
