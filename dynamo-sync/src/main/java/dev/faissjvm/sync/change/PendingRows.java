package dev.faissjvm.sync.change;

import java.util.List;

/**
 * The rows that wait to be indexed, and the way to say that one is.
 *
 * <p>{@link #candidates} only <em>names</em> rows, and may be out of date both ways; {@link #read}
 * says what a row is now; {@link #clear} and {@link #remove} take effect only while the row is
 * still the one that was read. A row that changed in between stays pending and comes again.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Errors.</b> A {@link TransientSyncException} where the same call may succeed later; another
 * {@link SyncException} where it will not. After either, a call may or may not have taken effect.
 */
public interface PendingRows {

  /**
   * Lists the keys of rows that may be pending. A key may come more than once.
   *
   * @return pages of keys, to be closed by the caller
   */
  RowPages<RowKey> candidates();

  /**
   * Reads rows as they are now.
   *
   * @param keys the keys, each once
   * @return the rows that exist, in any order
   */
  List<Row> read(List<RowKey> keys);

  /**
   * Takes the pending mark from a row, if the row is still as it was read.
   *
   * @param seen the row as it was read
   * @return whether it was taken
   */
  Settlement clear(Row seen);

  /**
   * Deletes a softly deleted row, if the row is still as it was read.
   *
   * @param seen the row as it was read
   * @return whether it was deleted
   */
  Settlement remove(Row seen);

  /** What became of a conditional change. */
  enum Settlement {
    /** The row was as it had been read, and is settled. */
    SETTLED,
    /** The row has changed or is gone: nothing was done. */
    CHANGED
  }
}
