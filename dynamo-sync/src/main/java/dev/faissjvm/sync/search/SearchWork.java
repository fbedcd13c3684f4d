package dev.faissjvm.sync.search;

import java.time.Duration;
import java.util.List;

/**
 * What a search did, and how long each part took. Parts that a request does not have are zero.
 *
 * @param meaning time for the nearest vectors
 * @param words time for the words
 * @param hits time to read and mark the rows that are returned
 * @param live time to read them from the table
 * @param segments how the vectors of each segment were searched; empty for words only
 */
public record SearchWork(
    Duration meaning, Duration words, Duration hits, Duration live, List<SegmentSearch> segments) {

  /**
   * Copies the list.
   *
   * @param meaning time for the nearest vectors
   * @param words time for the words
   * @param hits time to read and mark the rows that are returned
   * @param live time to read them from the table
   * @param segments how the vectors of each segment were searched; empty for words only
   */
  public SearchWork {
    segments = List.copyOf(segments);
  }

  /** {@return vectors that were compared with the query, each exactly} */
  public long compared() {
    return segments.stream().mapToLong(SegmentSearch::compared).sum();
  }

  /** {@return whether every vector that qualifies was compared} */
  public boolean isExact() {
    return segments.stream().allMatch(segment -> segment.means().isExact());
  }
}
