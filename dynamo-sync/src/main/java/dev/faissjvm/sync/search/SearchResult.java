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
 * @param work what the search did
 */
public record SearchResult(
    List<SearchHit> hits, long indexedRows, long commit, Duration embedding, SearchWork work) {

  /**
   * Copies the list.
   *
   * @param hits best first
   * @param indexedRows Lucene documents that were searched
   * @param commit the generation of the commit that was searched
   * @param embedding time to make the query's vector
   * @param work what the search did
   */
  public SearchResult {
    hits = List.copyOf(hits);
  }

  /** {@return time to search, and to read the hits} */
  public Duration searching() {
    return work.meaning().plus(work.words()).plus(work.hits()).plus(work.live());
  }
}
