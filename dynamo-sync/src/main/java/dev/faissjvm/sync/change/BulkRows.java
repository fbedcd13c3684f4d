package dev.faissjvm.sync.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are indexed whether or not they are pending: those of a whole table, or of a copy.
 *
 * <p>They are listed with what they say, so nothing is read twice. Up to {@value #UNREAD_ROWS}
 * listed rows wait to be read; the listing waits for them.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Errors.</b> As {@link PendingRows}.
 */
public final class BulkRows implements PendingRows {

  private static final int UNREAD_ROWS = 8_192;

  private final TableRows source;
  private final @Nullable PendingRows table;
  private final Map<RowKey, Row> held = new ConcurrentHashMap<>();
  private int unread;

  private BulkRows(TableRows source, @Nullable PendingRows table) {
    this.source = source;
    this.table = table;
  }

  /**
   * {@return the rows of a table, whose pending marks are taken as from pending rows}
   *
   * @param source lists the rows
   * @param table settles those that are pending
   */
  public static BulkRows settling(TableRows source, PendingRows table) {
    return new BulkRows(source, table);
  }

  /**
   * {@return rows whose pending marks are left alone}
   *
   * @param source lists the rows
   */
  public static BulkRows unsettled(TableRows source) {
    return new BulkRows(source, null);
  }

  @Override
  public RowPages<RowKey> candidates() {
    RowPages<Row> pages = source.rows();
    return new RowPages<>() {
      @Override
      public Optional<List<RowKey>> next() {
        return awaitRoom() ? pages.next().map(BulkRows.this::hold) : Optional.empty();
      }

      @Override
      public void close() {
        pages.close();
      }
    };
  }

  /** Returns false if the thread was interrupted: the run is being given up. */
  private synchronized boolean awaitRoom() {
    try {
      while (unread >= UNREAD_ROWS) {
        wait();
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized List<RowKey> hold(List<Row> page) {
    List<RowKey> keys = new ArrayList<>(page.size());
    for (Row row : page) {
      if (held.putIfAbsent(row.key(), row) == null) {
        keys.add(row.key());
      }
    }
    unread += keys.size();
    return keys;
  }

  @Override
  public List<Row> read(List<RowKey> keys) {
    List<Row> rows = new ArrayList<>(keys.size());
    for (RowKey key : keys) {
      Row row = held.get(key);
      if (row != null) {
        rows.add(new Row(key, row.attributes(), row.version(), true, row.deleted()));
      }
    }
    synchronized (this) {
      unread -= rows.size();
      notifyAll();
    }
    return rows;
  }

  @Override
  public Settlement clear(Row seen) {
    return settle(seen, false);
  }

  @Override
  public Settlement remove(Row seen) {
    return settle(seen, true);
  }

  private Settlement settle(Row seen, boolean deleted) {
    Row row = held.remove(seen.key());
    if (table == null || row == null || !row.pending()) {
      return Settlement.SETTLED;
    }
    return deleted ? table.remove(row) : table.clear(row);
  }
}
