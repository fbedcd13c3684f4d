package dev.faissjvm.sync;

import dev.faissjvm.sync.change.RowKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what a comparison finds. */
final class VerifyTally {

  private static final int MAX_DIFFERENCES = 100;
  private static final long TELL_NANOS = 100_000_000;

  private final SyncProgress progress;
  private final long startedNanos = System.nanoTime();
  private final Map<String, Long> counts = new HashMap<>();
  private final List<VerifyReport.Difference> differences = new ArrayList<>();
  private long toldNanos = startedNanos;
  private long rows;
  private long pending;

  VerifyTally(SyncProgress progress) {
    this.progress = progress;
  }

  void row() {
    rows++;
  }

  void pending() {
    pending++;
  }

  void difference(String kind, RowKey key, String reason) {
    counts.merge(kind, 1L, Long::sum);
    if (differences.size() < MAX_DIFFERENCES) {
      differences.add(new VerifyReport.Difference(kind, key.toString(), reason));
    }
  }

  void tell() {
    long now = System.nanoTime();
    if (now - toldNanos >= TELL_NANOS) {
      toldNanos = now;
      progress.update(new SyncProgress.State(rows, -1, rows * 1e9 / (now - startedNanos)));
    }
  }

  VerifyReport report() {
    double seconds = Math.max(1e-9, (System.nanoTime() - startedNanos) / 1e9);
    progress.update(new SyncProgress.State(rows, rows, rows / seconds));
    return new VerifyReport(
        rows,
        count("stale"),
        count("missing"),
        count("ghost"),
        count("doubled"),
        pending,
        count("parked"),
        differences);
  }

  private long count(String kind) {
    return counts.getOrDefault(kind, 0L);
  }
}
