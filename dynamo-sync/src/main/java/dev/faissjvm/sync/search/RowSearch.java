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
   * Searches as always and exactly, and says what the first missed. Costs both searches. Offset and
   * live rows of the request do not count.
   *
   * @param request what is looked for
   * @return both answers, and what they differ by
   * @throws IOException if the index cannot be read
   * @throws IllegalArgumentException if the request does not fit the index
   */
  default SearchExplanation explain(SearchRequest request) throws IOException {
    SearchRequest whole = request.whole();
    return SearchExplanation.of(request.mode(), search(whole), search(whole.exactly()));
  }

  /**
   * {@return what the searched commit took from the rows: names of keys and filter fields}
   *
   * @throws IOException if the index cannot be read
   */
  DocumentMapping mapping() throws IOException;
}
