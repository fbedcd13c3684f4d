package dev.faissjvm.sync.search;

import dev.faissjvm.sync.document.DocumentMapping;
import java.io.Closeable;
import java.io.IOException;

/**
 * Answers requests from an index, wherever it lives.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} for a request that does not fit the index;
 * {@link dev.faissjvm.sync.change.UnusableIndexException} for no index, a damaged one, or one of
 * another model.
 */
public interface RowSearch extends Closeable {

  /**
   * Searches.
   *
   * @param request what is looked for
   * @return the hits, best first
   * @throws IOException if the index cannot be read
   * @throws IllegalArgumentException if the request does not fit the index
   */
  SearchResult search(SearchRequest request) throws IOException;

  /**
   * {@return what the searched commit took from the rows: names of keys and filter fields}
   *
   * @throws IOException if the index cannot be read
   */
  DocumentMapping mapping() throws IOException;
}
