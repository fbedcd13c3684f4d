package dev.faissjvm.cli.serve;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the server counts, in Prometheus's text form: requests by status, and how long searches
 * took.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Units.</b> Seconds, cumulative buckets.
 */
final class Metrics {

  private static final double[] BOUNDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};
  private static final double NANOS = 1e9;

  private final Map<Integer, LongAdder> replies = new ConcurrentSkipListMap<>();
  private final LongAdder[] buckets = new LongAdder[BOUNDS.length];
  private final LongAdder count = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  Metrics() {
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = new LongAdder();
    }
  }

  /** Counts a reply. */
  void reply(int status) {
    replies.computeIfAbsent(status, s -> new LongAdder()).increment();
  }

  /** Counts an answer to a search. */
  void answered(long tookNanos) {
    count.increment();
    nanos.add(tookNanos);
    for (int i = 0; i < BOUNDS.length; i++) {
      if (tookNanos <= BOUNDS[i] * NANOS) {
        buckets[i].increment();
      }
    }
  }

  /** Writes all counts. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append("# HELP faissjvm_replies_total Replies by HTTP status.\n");
    text.append("# TYPE faissjvm_replies_total counter\n");
    replies.forEach(
        (status, n) ->
            text.append("faissjvm_replies_total{status=\"" + status + "\"} " + n.sum() + "\n"));
    text.append("# HELP faissjvm_answer_seconds Time to answer a search.\n");
    text.append("# TYPE faissjvm_answer_seconds histogram\n");
    for (int i = 0; i < BOUNDS.length; i++) {
      text.append(
          "faissjvm_answer_seconds_bucket{le=\"" + BOUNDS[i] + "\"} " + buckets[i].sum() + "\n");
    }
    text.append("faissjvm_answer_seconds_bucket{le=\"+Inf\"} " + count.sum() + "\n");
    text.append(
        String.format(Locale.ROOT, "faissjvm_answer_seconds_sum %.6f%n", nanos.sum() / NANOS));
    text.append("faissjvm_answer_seconds_count " + count.sum() + "\n");
    return text.toString();
  }
}
