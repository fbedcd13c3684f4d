package dev.faissjvm.sync.search;

import dev.faissjvm.sync.index.IndexFields;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * Compares a query with every vector that qualifies, without an accelerator. Scores are cosines.
 */
final class ExactScan {

  private static final Comparator<ScoreDoc> WORST_FIRST =
      Comparator.<ScoreDoc>comparingDouble(hit -> hit.score)
          .thenComparing(hit -> hit.doc, Comparator.reverseOrder());

  private final IndexSearcher searcher;
  private final float[] vector;
  private final int limit;
  private final PriorityQueue<ScoreDoc> best = new PriorityQueue<>(WORST_FIRST);
  private final List<SegmentSearch> segments = new ArrayList<>();
  private long compared;

  ExactScan(IndexSearcher searcher, float[] vector, int limit) {
    this.searcher = searcher;
    this.vector = vector;
    this.limit = limit;
  }

  /** Returns the nearest documents, best first. */
  ScoreDoc[] search(@Nullable Query filter) throws IOException {
    Weight weight =
        filter == null
            ? null
            : searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      FloatVectorValues vectors = leaf.reader().getFloatVectorValues(IndexFields.VECTOR);
      if (vectors == null) {
        continue;
      }
      long started = System.nanoTime();
      compared = 0;
      Scorer scorer = weight == null ? null : weight.scorer(leaf);
      if (scorer != null) {
        scanFiltered(leaf, vectors, scorer.iterator());
      } else if (weight == null) {
        scanAll(leaf, vectors);
      }
      segments.add(
          new SegmentSearch(
              NearestQuery.name(leaf),
              compared,
              compared,
              SegmentSearch.Means.EXACT,
              Duration.ofNanos(System.nanoTime() - started)));
    }
    ScoreDoc[] found = best.toArray(ScoreDoc[]::new);
    Arrays.sort(found, WORST_FIRST.reversed());
    return found;
  }

  /** What was done. */
  List<SegmentSearch> segments() {
    return segments;
  }

  private void scanAll(LeafReaderContext leaf, FloatVectorValues vectors) throws IOException {
    Bits live = leaf.reader().getLiveDocs();
    for (int doc = vectors.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = vectors.nextDoc()) {
      if (live == null || live.get(doc)) {
        offer(leaf.docBase + doc, vectors.vectorValue());
      }
    }
  }

  private void scanFiltered(
      LeafReaderContext leaf, FloatVectorValues vectors, DocIdSetIterator allowed)
      throws IOException {
    Bits live = leaf.reader().getLiveDocs();
    for (int doc = allowed.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = allowed.nextDoc()) {
      if (live != null && !live.get(doc)) {
        continue;
      }
      int at = vectors.docID() < doc ? vectors.advance(doc) : vectors.docID();
      if (at == doc) {
        offer(leaf.docBase + doc, vectors.vectorValue());
      }
    }
  }

  private void offer(int document, float[] other) {
    compared++;
    float score = VectorUtil.dotProduct(vector, other);
    if (best.size() < limit) {
      best.add(new ScoreDoc(document, score));
    } else if (score > best.element().score) {
      best.remove();
      best.add(new ScoreDoc(document, score));
    }
  }
}
