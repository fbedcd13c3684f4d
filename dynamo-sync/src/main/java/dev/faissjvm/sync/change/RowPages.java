package dev.faissjvm.sync.change;

import java.util.List;
import java.util.Optional;

/**
 * Pages of a listing, read as they are asked for.
 *
 * <p><b>Threads.</b> One thread at a time. <b>Ownership.</b> Closed by whoever asked for it;
 * reading on after that fails.
 *
 * @param <T> what a page lists
 */
public interface RowPages<T> extends AutoCloseable {

  /**
   * Returns the next page. A page may be empty before the end.
   *
   * @return the page, or an empty optional after the last one
   * @throws SyncException if the table cannot be read
   */
  Optional<List<T>> next();

  @Override
  void close();
}
