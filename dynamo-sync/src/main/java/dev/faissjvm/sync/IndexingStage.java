package dev.faissjvm.sync;

import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.index.IndexStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts rows into the index, commits, and hands over for settling what a commit holds.
 *
 * <p>The order is the point: a row is settled only after a commit that holds it. Rows that the last
 * commit already has need no new one.
 *
 * <p>A commit is due after so many rows or so much time, and before that as soon as the time since
 * the last one is a fiftieth of the run's: rows are settled while others are embedded, what is left
 * to settle at the end is a fiftieth of the whole, and the number of commits grows with the
 * logarithm of the time.
 */
final class IndexingStage implements Closeable {

  private static final long SHORTEST_INTERVAL_NANOS = 250_000_000;
  private static final int SHARE_OF_RUN = 50;

  private final IndexStore store;
  private final CommitGuard guard;
  private final Settler settler;
  private final SyncOptions options;
  private final RunTally tally;
  private final List<Row> uncommitted = new ArrayList<>();
  private long committedNanos = System.nanoTime();

  IndexingStage(IndexStore store, CommitGuard guard, Settler settler, RunParts parts) {
    this.store = store;
    this.guard = guard;
    this.settler = settler;
    this.options = parts.options();
    this.tally = parts.tally();
  }

  void run(Pipe<EmbeddedBatch> batches) throws IOException, InterruptedException {
    for (Optional<EmbeddedBatch> next = batches.take(); next.isPresent(); next = batches.take()) {
      guard.check();
      apply(next.get());
      tally.tell();
      if (isCommitDue()) {
        commit();
      }
    }
    commit();
    settler.awaitAll();
  }

  private void apply(EmbeddedBatch batch) throws IOException {
    for (EmbeddedBatch.Embedded row : batch.embedded()) {
      store.put(row.document(), row.vectors());
      uncommitted.add(row.plan().row());
      tally.embedded.incrementAndGet();
    }
    for (RowPlan plan : batch.plans()) {
      if (plan instanceof RowPlan.Keep keep) {
        store.put(keep.document(), keep.known().vectors().read());
        tally.kept.incrementAndGet();
        uncommitted.add(keep.row());
      } else if (plan instanceof RowPlan.Park park) {
        store.park(park.row().key(), park.hash(), park.reason());
        tally.park(park.row().key().encoded(), park.reason());
        uncommitted.add(park.row());
      } else if (plan instanceof RowPlan.Remove remove) {
        tally.removed.incrementAndGet();
        if (remove.indexed()) {
          store.delete(remove.row().key());
          uncommitted.add(remove.row());
        } else {
          settler.settle(remove.row());
        }
      } else {
        tally.unchanged.incrementAndGet();
        settler.settle(plan.row());
      }
    }
  }

  private boolean isCommitDue() {
    if (uncommitted.isEmpty()) {
      return false;
    }
    long share = Math.max(SHORTEST_INTERVAL_NANOS, tally.elapsedNanos() / SHARE_OF_RUN);
    long interval = Math.min(share, options.commitInterval().toNanos());
    return uncommitted.size() >= options.commitRows()
        || System.nanoTime() - committedNanos >= interval;
  }

  private void commit() throws IOException {
    if (!uncommitted.isEmpty()) {
      guard.commit(store);
      tally.commits.incrementAndGet();
      uncommitted.forEach(settler::settle);
      uncommitted.clear();
    }
    committedNanos = System.nanoTime();
  }

  @Override
  public void close() {
    settler.close();
  }
}
