package dev.faissjvm.sync.change;

import java.util.Collection;

/**
 * Marks rows for indexing.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Errors.</b> As {@link PendingRows}.
 */
@FunctionalInterface
public interface RowMarker {

  /**
   * Marks rows for indexing again, whatever they say. Rows that are gone are left out.
   *
   * @param keys the rows' keys
   */
  void mark(Collection<RowKey> keys);
}
