package dev.faissjvm.bench;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A table of any number of rows that takes no memory beside a bit a row: what a row holds follows
 * from its number. Every call takes a time, as one to a table elsewhere does. All rows are pending
 * until they are settled; none changes.
 */
final class SimulatedTable implements PendingRows {

  private static final int PAGE = 1_000;

  private final int rows;
  private final long callMillis;
  private final IntFunction<String> content;
  private final BitSet pending;

  SimulatedTable(int rows, long callMillis, IntFunction<String> content) {
    this.rows = rows;
    this.callMillis = callMillis;
    this.content = content;
    this.pending = new BitSet(rows);
    pending.set(0, rows);
  }

  /** Marks some rows again, as if they had changed. */
  synchronized void mark(int from, int to) {
    pending.set(from, to);
  }

  /** A sync of this table into an index, its lease always free. */
  SyncRun sync(Embedder<String> embedder, Path folder) {
    return new SyncRun(
        this, freeLease(), DocumentMapping.recipe(), embedder, IndexFolder.of(folder));
  }

  synchronized int pendingRows() {
    return pending.cardinality();
  }

  /** A lease that nobody else wants. */
  private static Lease freeLease() {
    return new Lease() {
      private long fence;

      @Override
      public Fence acquire() {
        return new Fence(++fence);
      }

      @Override
      public void check(Fence held) {}

      @Override
      public void release(Fence held) {}
    };
  }

  @Override
  public RowPages<RowKey> candidates() {
    return new RowPages<>() {
      private int next;

      @Override
      public Optional<List<RowKey>> next() {
        call();
        List<RowKey> page = new ArrayList<>(PAGE);
        synchronized (SimulatedTable.this) {
          int row = pending.nextSetBit(next);
          while (row >= 0 && page.size() < PAGE) {
            page.add(RowKey.of("g" + row % 16, String.format("row%09d", row)));
            next = row + 1;
            row = pending.nextSetBit(next);
          }
        }
        return page.isEmpty() ? Optional.empty() : Optional.of(page);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public List<Row> read(List<RowKey> keys) {
    List<Row> found = new ArrayList<>(keys.size());
    for (int from = 0; from < keys.size(); from += 100) { // what one BatchGetItem reads
      call();
    }
    for (RowKey key : keys) {
      int row = number(key);
      if (row < rows) {
        Map<String, Object> attributes =
            Map.of(
                "content_group",
                key.partition(),
                "content_id",
                String.valueOf(key.sort()),
                "content",
                content.apply(row));
        found.add(new Row(key, attributes, BigDecimal.ONE, isPending(row), false));
      }
    }
    return found;
  }

  @Override
  public Settlement clear(Row seen) {
    call();
    int row = number(seen.key());
    synchronized (this) {
      pending.clear(row);
    }
    return Settlement.SETTLED;
  }

  @Override
  public Settlement remove(Row seen) {
    return clear(seen);
  }

  private synchronized boolean isPending(int row) {
    return pending.get(row);
  }

  private static int number(RowKey key) {
    return Integer.parseInt(String.valueOf(key.sort()).substring(3));
  }

  private void call() {
    try {
      Thread.sleep(callMillis);
    } catch (InterruptedException e) {
      throw new IllegalStateException("table: expected no interruption", e);
    }
  }
}
