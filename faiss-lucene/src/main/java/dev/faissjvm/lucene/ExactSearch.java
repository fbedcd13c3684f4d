package dev.faissjvm.lucene;

import dev.faissjvm.faiss.FlatVectors;
import dev.faissjvm.faiss.IdFilter;
import java.io.IOException;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a collector the exact best of one segment, by Faiss's kernels.
 *
 * <p>A narrow selection is computed vector by vector, in blocks, and each score is offered. A wide
 * one is scanned for its best {@code k + 1}, which are offered best first; a collector that wants k
 * documents is done then. One that is still not served (it wants all above a threshold, or k
 * parents of many children) is offered every other vector, in blocks.
 */
final class ExactSearch {
  private static final int BLOCK_ROWS = 1024;

  private final FlatVectors vectors;
  private final Similarity similarity;
  private final VectorDocuments documents;
  private final Selection selection;

  ExactSearch(
      FlatVectors vectors, Similarity similarity, VectorDocuments documents, Selection selection) {
    this.vectors = vectors;
    this.similarity = similarity;
    this.documents = documents;
    this.selection = selection;
  }

  Selection selection() {
    return selection;
  }

  /** The query that Faiss is asked. */
  float[] query(float[] target) {
    return similarity.query(target);
  }

  /** The selection for Faiss; null if it is everything. */
  @Nullable IdFilter filter() {
    FixedBitSet ordinals = selection.ordinals();
    return ordinals == null ? null : IdFilter.bitmap(ordinals.getBits(), selection.total());
  }

  void run(float[] target, KnnCollector collector) throws IOException {
    if (selection.size() == 0 || collector.earlyTerminated()) {
      return;
    }
    float[] query = query(target);
    if (selection.isNarrow()) {
      offerRest(query, collector, new FixedBitSet(selection.total()));
    } else {
      scan(query, collector);
    }
    count(collector);
  }

  /** A complete search is not to look as if it had run into the limit. */
  private void count(KnnCollector collector) {
    long left = collector.visitLimit() - collector.visitedCount();
    long visited = selection.complete() ? Math.min(selection.size(), left - 1) : left;
    if (visited > 0) {
      collector.incVisitedCount((int) visited);
    }
  }

  private void scan(float[] query, KnnCollector collector) throws IOException {
    int wanted = (int) Math.min(collector.k() + 1L, selection.size());
    float[] distances = new float[wanted];
    long[] ids = new long[wanted];
    int found = vectors.search(query, wanted, similarity.metric(), filter(), distances, ids);
    for (int i = 0; i < found; i++) {
      float score = similarity.score(distances[i]);
      if (score < collector.minCompetitiveSimilarity()) {
        return;
      }
      collector.collect(documents.document((int) ids[i]), score);
    }
    if (found == selection.size() || collector instanceof TopKnnCollector) {
      return;
    }
    FixedBitSet offered = new FixedBitSet(selection.total());
    for (int i = 0; i < found; i++) {
      offered.set((int) ids[i]);
    }
    offerRest(query, collector, offered);
  }

  /** Offers every selected vector that was not offered before. */
  void offerRest(float[] query, KnnCollector collector, FixedBitSet offered) throws IOException {
    selection.forEachBlock(
        BLOCK_ROWS,
        (rows, count) -> {
          offer(query, collector, rows, count, offered);
          return !collector.earlyTerminated();
        });
  }

  /** Offers these vectors, save those offered before; returns how many score well enough. */
  int offer(float[] query, KnnCollector collector, int[] rows, int count, FixedBitSet offered) {
    float[] distances = new float[count];
    vectors.distances(query, similarity.metric(), rows, count, distances);
    int competitive = 0;
    for (int i = 0; i < count; i++) {
      float score = similarity.score(distances[i]);
      distances[i] = score;
      if (score >= collector.minCompetitiveSimilarity() && !offered.getAndSet(rows[i])) {
        collector.collect(documents.document(rows[i]), score);
      }
    }
    for (int i = 0; i < count; i++) {
      competitive += distances[i] >= collector.minCompetitiveSimilarity() ? 1 : 0;
    }
    return competitive;
  }
}
