package dev.faissjvm.sync;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.Metric;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the index entries of rows that were deleted outright, by hand or by their time to live.
 *
 * <p>Whoever names such rows may be wrong or late: an entry goes only after a consistent read has
 * shown that its row is gone, so a row that came back keeps it. Needs no model.
 *
 * <p><b>Threads.</b> One call at a time. <b>Ownership.</b> Everything given stays the caller's.
 */
public final class GoneRows {

  private static final int BATCH = 100;

  private final PendingRows rows;
  private final IndexHome index;
  private Metrics metrics = Metrics.NONE;

  /**
   * Names table and index. Nothing is read yet.
   *
   * @param rows reads single rows of the table
   * @param index where the index lives
   */
  public GoneRows(PendingRows rows, IndexHome index) {
    this.rows = rows;
    this.index = index;
  }

  /**
   * Tells what is taken, and how long the commit takes, from now on.
   *
   * @param other hears the {@link Metric}s
   * @return this
   */
  public GoneRows measuredBy(Metrics other) {
    metrics = other;
    return this;
  }

  /**
   * Takes the entries of rows that are gone, durably.
   *
   * @param keys rows that may be gone, in any order
   * @param lease the right to write the index
   * @return how many entries were taken
   * @throws IOException if the index cannot be read or written
   */
  public long remove(Collection<RowKey> keys, Lease lease) throws IOException {
    return keys.isEmpty() ? 0 : remove(keys, null, lease);
  }

  /** Takes entries, and writes in the same commit how far the events that named them were read. */
  long remove(Collection<RowKey> keys, @Nullable String position, Lease lease) throws IOException {
    if (index.lastCommit().isEmpty()) {
      return 0;
    }
    Fence fence = lease.acquire();
    try {
      Commit last = index.lastCommit().orElseThrow();
      IndexHome.Writer writer =
          new IndexHome.Writer(fence, last.fingerprint(), last.dimension(), last.mapping());
      try (IndexStore store = index.open(writer)) {
        CommitGuard guard = new CommitGuard(lease, fence, metrics);
        long removed = remove(rows, List.copyOf(new HashSet<>(keys)), store, guard);
        if (position != null) {
          store.eventsRead(position);
        }
        if (removed > 0 || position != null) {
          guard.commit(store);
          store.tidy();
        }
        metrics.record(Metric.ROWS_REMOVED, removed);
        return removed;
      }
    } finally {
      lease.release(fence);
    }
  }

  /** Takes the entries of rows that are gone, without a commit. */
  static long remove(PendingRows rows, List<RowKey> keys, IndexStore store, CommitGuard guard)
      throws IOException {
    long removed = 0;
    for (int from = 0; from < keys.size(); from += BATCH) {
      List<RowKey> indexed =
          indexed(keys.subList(from, Math.min(keys.size(), from + BATCH)), store);
      Set<RowKey> gone = new HashSet<>(indexed);
      rows.read(indexed).forEach(row -> gone.remove(row.key()));
      for (RowKey key : gone) {
        store.delete(key);
        removed++;
      }
      guard.check();
    }
    return removed;
  }

  private static List<RowKey> indexed(List<RowKey> keys, IndexStore store) throws IOException {
    List<Optional<IndexedRow>> found = store.find(keys);
    List<RowKey> indexed = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      if (found.get(i).isPresent()) {
        indexed.add(keys.get(i));
      }
    }
    return indexed;
  }
}
