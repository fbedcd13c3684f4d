package dev.faissjvm.sync;

import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.index.IndexStore;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Puts rows into the index, commits, and hands over for settling what a commit holds.
 *
 * <p>The order is the point: a row is settled only after a commit that holds it. Rows that the last
 * commit already has need no new one.
 *
 * <p>A commit is due after so many rows or so much time. Once all rows are listed it is due, too,
 * as soon as it holds as many as are still to come: each leaves half of what the one before left,
 * so rows are settled while others are embedded, few are left to settle at the end, and few commits
 * are made.
 */
final class IndexingStage implements Closeable {

  /** Rows that are not worth a commit of their own before the last one. */
  private static final int FEW = 512;

  private final IndexStore store;
  private final CommitGuard guard;
  private final Settler settler;
  private final SyncOptions options;
  private final RunTally tally;
  private final List<Row> uncommitted = new ArrayList<>();
  private long applied;
  private long committedNanos = System.nanoTime();

  IndexingStage(IndexStore store, CommitGuard guard, Settler settler, RunParts parts) {
    this.store = store;
    this.guard = guard;
    this.settler = settler;
    this.options = parts.options();
    this.tally = parts.tally();
  }

  /**
   * Runs to the end of the batches.
   *
   * @param listed how many rows there are in all; {@link Long#MAX_VALUE} before that is known
   */
  void run(Pipe<EmbeddedBatch> batches, LongSupplier listed)
      throws IOException, InterruptedException {
    for (Optional<EmbeddedBatch> next = batches.take(); next.isPresent(); next = batches.take()) {
      guard.check();
      apply(next.get());
      tally.tell();
      applied += next.get().rows();
      if (isCommitDue(listed.getAsLong())) {
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
        tally.park(park.row().key(), park.reason());
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

  private boolean isCommitDue(long listed) {
    int rows = uncommitted.size();
    return rows >= options.commitRows()
        || (rows >= FEW && rows >= listed - applied)
        || (rows > 0 && System.nanoTime() - committedNanos >= options.commitInterval().toNanos());
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
