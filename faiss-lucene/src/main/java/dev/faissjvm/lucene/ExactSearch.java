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

  void run(float[] target, KnnCollector collector) throws IOException {
    if (selection.size() == 0 || collector.earlyTerminated()) {
      return;
    }
    float[] query = similarity.query(target);
    if (selection.isNarrow()) {
      offerAll(query, collector, null);
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
    offerAll(query, collector, offered);
  }

  private void offerAll(float[] query, KnnCollector collector, @Nullable FixedBitSet except)
      throws IOException {
    float[] distances = new float[Math.min(BLOCK_ROWS, selection.size())];
    selection.forEachBlock(
        BLOCK_ROWS,
        (rows, count) -> {
          vectors.distances(query, similarity.metric(), rows, count, distances);
          for (int i = 0; i < count; i++) {
            float score = similarity.score(distances[i]);
            if (score >= collector.minCompetitiveSimilarity()
                && (except == null || !except.get(rows[i]))) {
              collector.collect(documents.document(rows[i]), score);
            }
          }
          return !collector.earlyTerminated();
        });
  }

  private @Nullable IdFilter filter() {
    FixedBitSet ordinals = selection.ordinals();
    return ordinals == null ? null : IdFilter.bitmap(ordinals.getBits(), selection.total());
  }
}
