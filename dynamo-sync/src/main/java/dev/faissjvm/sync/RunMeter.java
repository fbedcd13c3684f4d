package dev.faissjvm.sync;

import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.metrics.EventLog;
import dev.faissjvm.sync.metrics.Metric;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Counts and logs how runs end.
 *
 * <p>The pending mark has no time, and none is needed for its age: what is pending after a run that
 * left nothing was written after that run began.
 */
final class RunMeter {

  private static final EventLog LOG = EventLog.of("dev.faissjvm.sync");

  private final Metrics metrics;
  private long freshNanos = System.nanoTime();

  RunMeter(Metrics metrics) {
    this.metrics = metrics;
  }

  Metrics metrics() {
    return metrics;
  }

  void ended(SyncReport report, IndexHome index) throws IOException {
    metrics.record(Metric.ROWS_EMBEDDED, report.embedded());
    metrics.record(Metric.ROWS_KEPT, report.kept());
    metrics.record(Metric.ROWS_UNCHANGED, report.unchanged());
    metrics.record(Metric.ROWS_REMOVED, report.removed());
    metrics.record(Metric.ROWS_PARKED, report.parked());
    metrics.record(Metric.CONFLICTS, report.conflicts());
    metrics.record(Metric.RUN, report.took());
    metrics.record(Metric.EMBEDDING, report.embedding());
    double seconds = Math.max(1e-9, report.took().toNanos() / 1e9);
    metrics.record(Metric.ROWS_PER_SECOND, report.rows() / seconds);
    if (!report.stopped() && report.conflicts() == 0) {
      freshNanos = System.nanoTime() - report.took().toNanos();
    }
    recordAge();
    if (report.commits() > 0) {
      metrics.record(Metric.INDEX_BYTES, index.sizeBytes());
    }
    report
        .parkedRows()
        .forEach(row -> LOG.say(Level.WARNING, "parked", "row", row.key(), "reason", row.reason()));
    LOG.say(
        Level.DEBUG,
        "synced",
        "embedded",
        report.embedded(),
        "kept",
        report.kept(),
        "unchanged",
        report.unchanged(),
        "removed",
        report.removed(),
        "parked",
        report.parked(),
        "conflicts",
        report.conflicts(),
        "commits",
        report.commits(),
        "stopped",
        report.stopped(),
        "millis",
        report.took().toMillis());
  }

  void failed() {
    metrics.record(Metric.RUNS_FAILED, 1);
    recordAge();
  }

  private void recordAge() {
    metrics.record(Metric.PENDING_AGE, Duration.ofNanos(System.nanoTime() - freshNanos));
  }
}
