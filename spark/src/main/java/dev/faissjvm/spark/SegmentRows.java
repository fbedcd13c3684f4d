package dev.faissjvm.spark;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of one partition, offered to a sync as if all were pending, pending or not. Settling
 * does nothing: marks are taken by the syncs after the job, when the index is there.
 *
 * <p>Rows are kept from the listing until they are read; a listing that is {@value #MOST_ROWS} rows
 * ahead waits.
 */
final class SegmentRows implements PendingRows {

  private static final int MOST_ROWS = 10_000;
  private static final long WAIT_MILLIS = 100;

  private final TableRows rows;
  private final boolean remembers;
  private final Map<RowKey, Row> listed = new HashMap<>();
  private final List<RowKey> seen = new ArrayList<>();

  /**
   * Names the rows.
   *
   * @param rows the rows of the partition
   * @param remembers whether {@link #seen} is asked for
   */
  SegmentRows(TableRows rows, boolean remembers) {
    this.rows = rows;
    this.remembers = remembers;
  }

  /** Returns the keys of all rows that were listed. */
  synchronized List<RowKey> seen() {
    return List.copyOf(seen);
  }

  @Override
  public RowPages<RowKey> candidates() {
    RowPages<Row> pages = rows.rows();
    return new RowPages<>() {
      @Override
      public Optional<List<RowKey>> next() {
        awaitRoom();
        return pages.next().map(SegmentRows.this::list);
      }

      @Override
      public void close() {
        pages.close();
      }
    };
  }

  private synchronized void awaitRoom() {
    while (listed.size() >= MOST_ROWS) {
      try {
        wait(WAIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("listing: expected time to wait, got an interruption", e);
      }
    }
  }

  private synchronized List<RowKey> list(List<Row> page) {
    List<RowKey> keys = new ArrayList<>(page.size());
    for (Row row : page) {
      keys.add(row.key());
      listed.put(
          row.key(), new Row(row.key(), row.attributes(), row.version(), true, row.deleted()));
    }
    if (remembers) {
      seen.addAll(keys);
    }
    return keys;
  }

  @Override
  public synchronized List<Row> read(List<RowKey> keys) {
    List<Row> found = new ArrayList<>(keys.size());
    for (RowKey key : keys) {
      Row row = listed.remove(key);
      if (row != null) {
        found.add(row);
      }
    }
    notifyAll();
    return found;
  }

  @Override
  public Settlement clear(Row seen) {
    return Settlement.SETTLED;
  }

  @Override
  public Settlement remove(Row seen) {
    return Settlement.SETTLED;
  }
}
