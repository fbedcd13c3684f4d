package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.FixedBitSet;

/**
 * Feeds a collector the best of one segment: candidates from the accelerator, compared again with
 * the flat file.
 *
 * <p>A collector to which too many candidates are good enough wants more of them (all above a
 * threshold, or k parents of many children); so does a filter that left fewer than k in the lists
 * that were probed. It gets four times as many, until that is a quarter of what is accepted, and
 * then an exact search; or until its limit of visits is met.
 */
final class AcceleratedSearch {
  private static final int NARROW_SHARE = 50;
  private static final int NARROW_SIZE = 1000;
  private static final int GROWTH = 4;

  private final OpenAccelerator accelerator;
  private final Effort effort;
  private final ExactSearch exact;

  AcceleratedSearch(OpenAccelerator accelerator, Effort effort, ExactSearch exact) {
    this.accelerator = accelerator;
    this.effort = effort;
    this.exact = exact;
  }

  /**
   * Whether enough vectors are accepted, and few enough wanted, that an exact search costs more.
   */
  static boolean pays(Selection selection, int k, Effort effort) {
    int total = selection.total();
    boolean narrow = selection.size() <= Math.max(NARROW_SIZE, total / NARROW_SHARE);
    return !(selection.ordinals() != null && narrow)
        && k < selection.size() / GROWTH / GROWTH
        && effort.candidatesFor(k) < selection.size() / GROWTH;
  }

  void run(float[] target, KnnCollector collector) throws IOException {
    if (collector.earlyTerminated()) {
      return;
    }
    float[] query = exact.query(target);
    FixedBitSet offered = new FixedBitSet(exact.selection().total());
    int wanted = effort.candidatesFor(collector.k());
    Effort now = effort;
    while (wanted < exact.selection().size() / GROWTH && wanted < left(collector)) {
      if (offerCandidates(query, now, wanted, collector, offered) || collector.earlyTerminated()) {
        return;
      }
      wanted *= GROWTH;
      now = now.times(GROWTH, wanted);
    }
    if (exact.selection().size() > left(collector)) {
      collector.incVisitedCount((int) left(collector)); // not all were seen that were asked for
    } else {
      exact.offerRest(query, collector, offered);
    }
  }

  private static long left(KnnCollector collector) {
    return collector.visitLimit() - collector.visitedCount();
  }

  /** Returns whether the collector is served. */
  private boolean offerCandidates(
      float[] query, Effort now, int wanted, KnnCollector collector, FixedBitSet offered)
      throws IOException {
    long[] ids = new long[wanted];
    accelerator
        .index()
        .search(query, wanted, now.options(exact.filter(), wanted), new float[wanted], ids);
    int[] rows = new int[wanted];
    int found = 0;
    for (long id : ids) {
      if (id >= exact.selection().total()) {
        throw accelerator.damaged(
            "expected rows below " + exact.selection().total() + ", got " + id, null);
      }
      if (id >= 0) {
        rows[found++] = (int) id;
      }
    }
    int competitive = exact.offer(query, collector, rows, found, offered);
    int visited = (int) Math.min(found, left(collector) - 1);
    if (visited > 0) {
      collector.incVisitedCount(visited);
    }
    if (found < collector.k()) {
      return false;
    }
    // Lucene wraps the collector of the k best where there are several segments, or a time limit.
    return collector instanceof TopKnnCollector
        || competitive <= collector.k()
        || (long) competitive * effort.candidatesForEach() <= found;
  }
}
