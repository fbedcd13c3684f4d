package dev.faissjvm.sync;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.PendingRows.Settlement;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Takes the pending marks from rows that are durably indexed, several at once, each on condition
 * that the row is still the one that was read.
 *
 * <p>When all threads are busy and the queue is full, the caller settles rows itself.
 */
final class Settler implements AutoCloseable {

  private static final int QUEUE = 5_000;
  private static final long STOP_SECONDS = 60;

  private final PendingRows rows;
  private final RunTally tally;
  private final Set<RowKey> inLine;
  private final ThreadPoolExecutor threads;
  private final Phaser running = new Phaser(1);
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  Settler(PendingRows rows, RunTally tally, Set<RowKey> inLine, int threadCount) {
    this.rows = rows;
    this.tally = tally;
    this.inLine = inLine;
    this.threads =
        new ThreadPoolExecutor(
            threadCount,
            threadCount,
            STOP_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            StageThreads.named("settle"),
            new ThreadPoolExecutor.CallerRunsPolicy());
  }

  /** Settles a row soon. Fails at once if settling an earlier one failed. */
  void settle(Row row) {
    rethrow();
    running.register();
    threads.execute(() -> settleNow(row));
  }

  private void settleNow(Row row) {
    try {
      if (failure.get() == null) {
        Settlement settlement = row.deleted() ? rows.remove(row) : rows.clear(row);
        if (settlement == Settlement.CHANGED) {
          tally.conflicts.incrementAndGet();
        }
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    } finally {
      inLine.remove(row.key());
      running.arriveAndDeregister();
    }
  }

  /** Waits until every row that was handed over is settled. */
  void awaitAll() {
    running.arriveAndAwaitAdvance();
    rethrow();
  }

  private void rethrow() {
    RuntimeException first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
