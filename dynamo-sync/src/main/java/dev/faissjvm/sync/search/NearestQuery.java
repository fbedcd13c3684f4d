package dev.faissjvm.sync.search;

import dev.faissjvm.lucene.FaissSegment;
import dev.faissjvm.sync.index.IndexFields;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's search for the nearest vectors, which writes down what it did in each segment.
 *
 * <p><b>Threads.</b> One search at a time.
 */
final class NearestQuery extends KnnFloatVectorQuery {

  private final List<SegmentSearch> segments = Collections.synchronizedList(new ArrayList<>());

  NearestQuery(float[] vector, int limit, @Nullable Query filter) {
    super(IndexFields.VECTOR, vector, limit, filter);
  }

  /** What was done so far. */
  List<SegmentSearch> segments() {
    return List.copyOf(segments);
  }

  @Override
  protected TopDocs approximateSearch(
      LeafReaderContext leaf, @Nullable Bits accepted, int visitLimit, KnnCollectorManager manager)
      throws IOException {
    long started = System.nanoTime();
    TopDocs found = super.approximateSearch(leaf, accepted, visitLimit, manager);
    // Lucene bounds the visits by the number of accepted documents where there is a filter.
    int left = visitLimit == Integer.MAX_VALUE ? leaf.reader().numDocs() : visitLimit - 1;
    Optional<FaissSegment> own = FaissSegment.of(leaf.reader(), IndexFields.VECTOR);
    if (own.isPresent()) {
      FaissSegment segment = own.get();
      SegmentSearch.Means means =
          segment.accelerates(left, getK())
              ? new SegmentSearch.Means(
                  segment.factory(), segment.effort().probes(), segment.candidatesFor(getK()))
              : SegmentSearch.Means.EXACT;
      add(leaf, left, found.totalHits.value, means, started);
    }
    return found;
  }

  @Override
  protected TopDocs exactSearch(
      LeafReaderContext leaf, DocIdSetIterator accepted, QueryTimeout timeout) throws IOException {
    long started = System.nanoTime();
    long left = accepted.cost();
    TopDocs found = super.exactSearch(leaf, accepted, timeout);
    segments.removeIf(earlier -> earlier.segment().equals(name(leaf)));
    add(leaf, left, left, SegmentSearch.Means.EXACT, started);
    return found;
  }

  private void add(
      LeafReaderContext leaf,
      long accepted,
      long compared,
      SegmentSearch.Means means,
      long startedNanos) {
    Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
    segments.add(
        new SegmentSearch(name(leaf), accepted, Math.min(accepted, compared), means, took));
  }

  /** Lucene's name of a segment. */
  static String name(LeafReaderContext leaf) {
    return FilterLeafReader.unwrap(leaf.reader()) instanceof SegmentReader segment
        ? segment.getSegmentName()
        : String.valueOf(leaf.ord);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
