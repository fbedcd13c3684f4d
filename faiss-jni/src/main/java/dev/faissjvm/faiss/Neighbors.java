package dev.faissjvm.faiss;

import java.util.Arrays;
import java.util.Objects;

/**
 * The nearest neighbours of a batch of queries.
 *
 * <p><b>Shape.</b> One row of {@code k} for each query, rows in the order of the queries, the best
 * first. A row with fewer candidates is padded with id {@code -1}, whose distance has no meaning.
 *
 * <p><b>Ownership.</b> The arrays are the caller's own and may be changed.
 *
 * <pre>{@code
 * Neighbors hits = index.search(queries, 10);
 * for (int i = 0; i < hits.queries(); i++) {
 *   for (int rank = 0; rank < hits.k() && hits.id(i, rank) >= 0; rank++) {
 *     println(hits.id(i, rank) + " at " + hits.distance(i, rank));
 *   }
 * }
 * }</pre>
 *
 * @param k neighbours per query
 * @param distances {@code n * k} distances, in the metric's units
 * @param ids {@code n * k} ids, {@code -1} for none
 */
@SuppressWarnings(
    "ArrayRecordComponent") // equality is by content below; copies would cost a search its speed
public record Neighbors(int k, float[] distances, long[] ids) {

  /** {@return the number of queries} */
  public int queries() {
    return ids.length / k;
  }

  /**
   * {@return the id of a neighbour, {@code -1} for none}
   *
   * @param query from 0
   * @param rank from 0, the nearest
   */
  public long id(int query, int rank) {
    return ids[at(query, rank)];
  }

  /**
   * {@return the distance of a neighbour}
   *
   * @param query from 0
   * @param rank from 0, the nearest
   */
  public float distance(int query, int rank) {
    return distances[at(query, rank)];
  }

  private int at(int query, int rank) {
    return Objects.checkIndex(query, queries()) * k + Objects.checkIndex(rank, k);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Neighbors that
        && k == that.k
        && Arrays.equals(distances, that.distances)
        && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return "Neighbors[k="
        + k
        + ", ids="
        + Arrays.toString(ids)
        + ", distances="
        + Arrays.toString(distances)
        + "]";
  }
}
