package dev.faissjvm.sync.search;

import java.time.Duration;
import java.util.List;

/**
 * The answer to a request.
 *
 * @param hits best first
 * @param indexedRows Lucene documents that were searched
 * @param commit the generation of the commit that was searched
 * @param embedding time to make the query's vector
 * @param searching time to search, and to read the hits
 */
public record SearchResult(
    List<SearchHit> hits, long indexedRows, long commit, Duration embedding, Duration searching) {

  /**
   * Copies the list.
   *
   * @param hits best first
   * @param indexedRows Lucene documents that were searched
   * @param commit the generation of the commit that was searched
   * @param embedding time to make the query's vector
   * @param searching time to search, and to read the hits
   */
  public SearchResult {
    hits = List.copyOf(hits);
  }
}
