package dev.faissjvm.lambda;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.GoneRows;
import dev.faissjvm.sync.SyncOptions;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings the index up to its table within a given time.
 *
 * <p>Batches and commits are small, so that a run that is out of time ends soon after it.
 *
 * <p><b>Threads.</b> One run at a time. <b>Ownership.</b> Everything given stays the caller's.
 */
final class Maker {

  /** Rows embedded in one call, and after which a commit is due. */
  private static final int BATCH_ROWS = 256;

  private static final int COMMIT_ROWS = 5_000;

  /** Pending rows that are counted at most, when a run leaves some. */
  private static final long MAX_COUNTED = 100_000;

  private final PendingRows rows;
  private final Lease lease;
  private final IndexFolder index;
  private final SyncRun sync;
  private final Freshness freshness;
  private final @Nullable SnapshotPublisher snapshots;

  Maker(Settings settings, ContentTable table, Embedder<String> embedder) {
    S3Address address = settings.snapshots();
    this.snapshots =
        address == null ? null : new SnapshotPublisher(settings, () -> Snapshots.store(address));
    this.rows = table.pendingRows(settings.mapping());
    this.lease =
        table.lease(
            "index maker " + ManagementFactory.getRuntimeMXBean().getName(), settings.lease());
    this.index = IndexFolder.of(settings.index());
    this.sync =
        new SyncRun(rows, lease, settings.mapping(), embedder, index).rebuildingFrom(table.rows());
    this.freshness = new Freshness(settings.storage());
  }

  /** Asks once what is pending, and does nothing with it. */
  void look() {
    try (RowPages<RowKey> pages = rows.candidates()) {
      pages.next();
    }
  }

  /**
   * Indexes what is pending, and takes the entries of rows that are gone.
   *
   * @param maybeGone rows that someone has seen deleted
   * @param time after which it stops at the next safe point
   */
  MakerReport run(Collection<RowKey> maybeGone, Duration time) throws IOException {
    Instant started = Instant.now();
    freshness.begin(started);
    try {
      long gone = new GoneRows(rows, index).remove(maybeGone, lease);
      SyncReport report =
          sync.with(SyncOptions.standard().withSizes(BATCH_ROWS, COMMIT_ROWS).withMaxTime(time))
              .run(SyncProgress.SILENT);
      if (snapshots != null) {
        snapshots.publish();
      }
      long left = report.stopped() || report.conflicts() > 0 ? countLeft() : 0;
      if (left == 0 && !report.stopped()) {
        freshness.complete(started);
        return report(doneOrIdle(report, gone), report, gone, 0);
      }
      return report(MakerReport.Outcome.STOPPED, report, gone, left);
    } catch (LeaseHeldException | FencedException e) {
      return new MakerReport(
          MakerReport.Outcome.BUSY, null, 0, 0, freshness.age(Instant.now()), e.getMessage());
    }
  }

  private static MakerReport.Outcome doneOrIdle(SyncReport report, long gone) {
    return report.isIdle() && gone == 0 ? MakerReport.Outcome.IDLE : MakerReport.Outcome.DONE;
  }

  private MakerReport report(MakerReport.Outcome outcome, SyncReport report, long gone, long left)
      throws IOException {
    Duration age = left == 0 ? Duration.ZERO : freshness.age(Instant.now());
    return new MakerReport(outcome, report, gone, left, age, null);
  }

  private long countLeft() {
    long count = 0;
    try (RowPages<RowKey> pages = rows.candidates()) {
      for (Optional<List<RowKey>> page = pages.next();
          page.isPresent() && count < MAX_COUNTED;
          page = pages.next()) {
        count += page.get().size();
      }
    }
    return count;
  }
}
