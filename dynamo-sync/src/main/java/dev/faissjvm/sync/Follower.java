package dev.faissjvm.sync;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowEvents;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Follows the events of a table: takes rows that were deleted outright from the index, and says
 * when a {@link SyncRun} or a {@link Reconciler} is due.
 *
 * <p>How far the events were read stands in the commit that holds what they led to, so a process
 * that dies hears them again. Where there were no deletes it is written once an hour.
 *
 * <p><b>Threads.</b> One call at a time. <b>Ownership.</b> Everything given stays the caller's.
 */
public final class Follower {

  private static final Duration NOTE_INTERVAL = Duration.ofHours(1);

  private final RowEvents events;
  private final GoneRows goneRows;
  private final Set<RowKey> waiting = new LinkedHashSet<>();
  private boolean changed;
  private boolean noteDue;
  private long notedNanos = System.nanoTime();

  /**
   * Names events, table and index. Nothing is read yet.
   *
   * @param events the events, from where the index's last commit says
   * @param rows reads single rows of the table
   * @param index where the index lives
   */
  public Follower(RowEvents events, PendingRows rows, IndexHome index) {
    this.events = events;
    this.goneRows = new GoneRows(rows, index);
  }

  /**
   * Tells what is taken from the index, and how long commits take, from now on.
   *
   * @param other hears the {@link dev.faissjvm.sync.metrics.Metric}s
   * @return this
   */
  public Follower measuredBy(Metrics other) {
    goneRows.measuredBy(other);
    return this;
  }

  /**
   * Reads what has happened, and takes what is gone from the index. What a failing call has read is
   * dealt with by the next one. After an answer that asks for a {@link Reconciler} run it before
   * the next call, which takes the loss as dealt with.
   *
   * @param lease the right to write the index
   * @return what is due
   * @throws IOException if the index cannot be read or written
   */
  public Due next(Lease lease) throws IOException {
    RowEvents.Events seen = events.poll();
    waiting.addAll(seen.gone());
    changed |= seen.changed();
    if (seen.lost()) {
      // The position is written when the caller has compared table and index, not before.
      noteDue = true;
      return new Due(true, 0, true);
    }
    long removed = 0;
    noteDue |= System.nanoTime() - notedNanos >= NOTE_INTERVAL.toNanos();
    if (!waiting.isEmpty() || noteDue) {
      removed = goneRows.remove(waiting, events.position(), lease);
      waiting.clear();
      noteDue = false;
      notedNanos = System.nanoTime();
    }
    boolean sync = changed;
    changed = false;
    return new Due(sync, removed, false);
  }

  /**
   * What is due.
   *
   * @param sync whether rows may have become pending
   * @param removed how many entries of deleted rows were taken from the index
   * @param reconcile whether events are missing, so that table and index must be compared
   */
  public record Due(boolean sync, long removed, boolean reconcile) {}
}
