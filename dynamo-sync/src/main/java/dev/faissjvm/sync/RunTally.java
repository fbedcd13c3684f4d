package dev.faissjvm.sync;

import dev.faissjvm.sync.change.RowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what a run does, and tells the caller now and then. */
final class RunTally {

  private static final int MAX_PARKED = 100;
  private static final long TELL_NANOS = 100_000_000;

  final AtomicLong embedded = new AtomicLong();
  final AtomicLong kept = new AtomicLong();
  final AtomicLong unchanged = new AtomicLong();
  final AtomicLong removed = new AtomicLong();
  final AtomicLong parked = new AtomicLong();
  final AtomicLong conflicts = new AtomicLong();
  final AtomicLong commits = new AtomicLong();

  private final long startedNanos = System.nanoTime();
  private final SyncProgress progress;
  private final List<SyncReport.ParkedRow> parkedRows = new ArrayList<>();
  private long toldNanos = startedNanos - TELL_NANOS;
  private long listed = -1;
  private long passedOver;
  private int embeddingCalls;
  private long embeddingSince;
  private long embeddingNanos;
  private boolean rebuilt;

  RunTally(SyncProgress progress) {
    this.progress = progress;
  }

  long done() {
    return embedded.get() + kept.get() + unchanged.get() + removed.get() + parked.get();
  }

  long elapsedNanos() {
    return System.nanoTime() - startedNanos;
  }

  /** A call of the embedder starts; time with several at once counts once. */
  synchronized void embeddingStarts() {
    if (embeddingCalls++ == 0) {
      embeddingSince = System.nanoTime();
    }
  }

  synchronized void embeddingEnds() {
    if (--embeddingCalls == 0) {
      embeddingNanos += System.nanoTime() - embeddingSince;
    }
  }

  synchronized void park(RowKey key, String reason) {
    parked.incrementAndGet();
    if (parkedRows.size() < MAX_PARKED) {
      parkedRows.add(new SyncReport.ParkedRow(key.toString(), reason));
    }
  }

  /** The index has been built anew. */
  synchronized void rebuilt() {
    rebuilt = true;
  }

  /** A listing has ended with so many rows. */
  synchronized void listed(long rows) {
    listed = Math.max(0, listed) + rows;
  }

  /** So many listed rows are not pending after all. */
  synchronized void passedOver(long rows) {
    passedOver += rows;
  }

  /** Tells the caller, unless it has been told just now. */
  synchronized void tell() {
    long now = System.nanoTime();
    if (now - toldNanos >= TELL_NANOS) {
      toldNanos = now;
      tellNow();
    }
  }

  synchronized void tellNow() {
    long done = done();
    double seconds = Math.max(1e-9, elapsedNanos() / 1e9);
    long atLeast = listed < 0 ? -1 : Math.max(listed - passedOver, done);
    progress.update(new SyncProgress.State(done, atLeast, done / seconds));
  }

  synchronized SyncReport report(int passes, boolean stopped) {
    return new SyncReport(
        embedded.get(),
        kept.get(),
        unchanged.get(),
        removed.get(),
        parked.get(),
        conflicts.get(),
        commits.get(),
        passes,
        rebuilt,
        stopped,
        Duration.ofNanos(elapsedNanos()),
        Duration.ofNanos(embeddingNanos),
        parkedRows);
  }
}
