package dev.faissjvm.faiss;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * How much of the truth an approximate search found. The truth of a set of queries is what {@link
 * Distances#nearest(float[], float[], int)} or a {@code Flat} index answers.
 *
 * <pre>{@code
 * Neighbors truth = Distances.by(Metric.L2, 384).nearest(queries, vectors, 10);
 * double recall = Recall.intersection(index.search(queries, 10), truth);
 * }</pre>
 *
 * @see <a href="https://github.com/facebookresearch/faiss/blob/v1.12.0/faiss/AutoTune.h">Faiss:
 *     OneRecallAtRCriterion, IntersectionCriterion</a>
 */
public final class Recall {
  private Recall() {}

  /**
   * {@return how often the one true nearest neighbour is among those found, from 0 to 1: "1-recall
   * at k"}
   *
   * @param found a search's answer
   * @param truth the exact answer to the same queries
   * @throws IllegalArgumentException if they do not answer equally many queries
   */
  public static double ofNearest(Neighbors found, Neighbors truth) {
    int queries = sameQueries(found, truth);
    int hits = 0;
    for (int query = 0; query < queries; query++) {
      if (truth.id(query, 0) >= 0 && row(found, query).contains(truth.id(query, 0))) {
        hits++;
      }
    }
    return (double) hits / queries;
  }

  /**
   * {@return which part of the true neighbours is among those found, from 0 to 1: "k-recall at k";
   * padding counts on neither side}
   *
   * @param found a search's answer
   * @param truth the exact answer to the same queries
   * @throws IllegalArgumentException if they do not answer equally many queries, or there is no
   *     true neighbour
   */
  public static double intersection(Neighbors found, Neighbors truth) {
    int queries = sameQueries(found, truth);
    long hits = 0;
    long all = 0;
    for (int query = 0; query < queries; query++) {
      Set<Long> wanted = row(truth, query);
      all += wanted.size();
      wanted.retainAll(row(found, query));
      hits += wanted.size();
    }
    if (all == 0) {
      throw new IllegalArgumentException("truth: expected at least one neighbour, got none");
    }
    return (double) hits / all;
  }

  private static int sameQueries(Neighbors found, Neighbors truth) {
    if (found.queries() != truth.queries() || found.queries() == 0) {
      throw new IllegalArgumentException(
          "found: expected as many queries as in truth, "
              + truth.queries()
              + ", got "
              + found.queries());
    }
    return found.queries();
  }

  private static Set<Long> row(Neighbors neighbors, int query) {
    int from = query * neighbors.k();
    Set<Long> ids = new HashSet<>();
    Arrays.stream(neighbors.ids(), from, from + neighbors.k())
        .filter(id -> id >= 0)
        .forEach(ids::add);
    return ids;
  }
}
