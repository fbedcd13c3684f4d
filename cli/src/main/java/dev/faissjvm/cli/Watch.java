package dev.faissjvm.cli;

import dev.faissjvm.sync.Follower;
import dev.faissjvm.sync.ReconcileReport;
import dev.faissjvm.sync.Reconciler;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.change.AccessRefusedException;
import dev.faissjvm.sync.change.RowEvents;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says when a watching sync has something to do. Where the table has a stream, that is what wakes
 * it, and rows that were deleted outright are taken from the index as they are told; still it looks
 * at the pending rows now and then, since they are the truth. Without a stream, or the right to
 * read it, each look is due. What is due stays so until it has been done.
 */
final class Watch {

  private static final Duration LOOK_AT_LEAST_EVERY = Duration.ofMinutes(1);

  private final Consumer<String> notes;
  private final Reconciler reconciler;
  private final Lease lease;
  private @Nullable Follower follower;
  private boolean reconcileDue;
  private boolean syncDue;
  private long lookedNanos = System.nanoTime() - LOOK_AT_LEAST_EVERY.toNanos();

  Watch(OpenTable open, DocumentMapping mapping, Path index, Consumer<String> notes)
      throws IOException {
    this.notes = notes;
    ContentTable table = open.table();
    this.lease = table.lease(SyncCommand.owner(), SyncCommand.LEASE);
    var rows = table.pendingRows(mapping);
    this.reconciler = new Reconciler(table.rows(), rows, table::touch, mapping, index);
    IndexFolder folder = IndexFolder.of(index);
    Optional<RowEvents> events =
        open.events(folder.lastCommit().map(Commit::eventsRead).orElse(""));
    this.follower = events.map(each -> new Follower(each, rows, folder)).orElse(null);
  }

  /** Whether a stream is followed. */
  boolean hasStream() {
    return follower != null;
  }

  /** Follows the stream up to now, and says whether pending rows are to be looked at. */
  boolean isSyncDue() throws IOException {
    Follower following = follower;
    if (following == null) {
      return true;
    }
    if (!reconcileDue) {
      try {
        follow(following);
      } catch (AccessRefusedException e) {
        notes.accept("sync: " + Failures.line(e) + "; looking now and then instead");
        follower = null;
        return true;
      }
    }
    // The follower takes a loss as dealt with when it is asked again.
    if (reconcileDue) {
      reconcile();
      reconcileDue = false;
    }
    return syncDue || System.nanoTime() - lookedNanos >= LOOK_AT_LEAST_EVERY.toNanos();
  }

  /** Notes that pending rows were looked at. */
  void synced() {
    syncDue = false;
    lookedNanos = System.nanoTime();
  }

  private void follow(Follower following) throws IOException {
    Follower.Due due = following.next(lease);
    if (due.removed() > 0) {
      notes.accept("sync: " + due.removed() + " rows that were deleted are out of the index");
    }
    syncDue |= due.sync();
    reconcileDue = due.reconcile();
    if (reconcileDue) {
      notes.accept(
          "sync: the stream has forgotten what this index was not told; comparing table and index");
    }
  }

  private void reconcile() throws IOException {
    ReconcileReport report = reconciler.mend(SyncProgress.SILENT, lease);
    notes.accept(
        "sync: compared: " + report.marked() + " rows marked, " + report.removed() + " removed");
  }
}
