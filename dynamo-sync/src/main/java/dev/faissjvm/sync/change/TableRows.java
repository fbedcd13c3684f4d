package dev.faissjvm.sync.change;

/**
 * Every row of a table, for comparing and for building from nothing.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Errors.</b> As {@link PendingRows}.
 */
public interface TableRows {

  /**
   * Lists every row, read consistently; what is not a row of content (the lease) is left out. A row
   * that changes during the listing is seen before or after the change.
   *
   * @return pages of rows, to be closed by the caller
   */
  RowPages<Row> rows();
}
