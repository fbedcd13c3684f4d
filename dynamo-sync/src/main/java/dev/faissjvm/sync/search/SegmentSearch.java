package dev.faissjvm.sync.search;

import java.time.Duration;

/**
 * How the vectors of one segment of the index were searched.
 *
 * @param segment Lucene's name of it, with which its files begin
 * @param accepted documents that deletions and filter leave
 * @param compared vectors that were compared with the query, each exactly
 * @param means what chose these
 * @param took time for this segment
 */
public record SegmentSearch(
    String segment, long accepted, long compared, Means means, Duration took) {

  /**
   * What chooses the vectors that are compared.
   *
   * @param accelerator Faiss's description of the index that was asked for candidates; empty where
   *     every accepted vector was compared
   * @param probes its lists that were visited ({@code nprobe}); of a graph an eighth of {@code
   *     efSearch}; 0 without one
   * @param candidates what it was asked for at first; 0 without one
   */
  public record Means(String accelerator, int probes, int candidates) {

    /** Every accepted vector. */
    public static final Means EXACT = new Means("", 0, 0);

    /** {@return whether every accepted vector was compared} */
    public boolean isExact() {
      return accelerator.isEmpty();
    }
  }
}
