package dev.faissjvm.lucene;

import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.VectorIndex;
import java.io.Closeable;
import java.util.Arrays;

/**
 * The true nearest rows of a sample of rows, found while all rows pass by, block after block: what
 * an accelerator is measured by. A sample row is not its own neighbour.
 */
final class NearestRows implements Closeable {
  /** Neighbours of each sample row. */
  static final int NEIGHBOURS = 10;

  private final int[] sample;
  private final float[] queries;
  private final Metric metric;
  private final VectorIndex block;
  private final float[][] distances;
  private final long[][] ids;
  private int seen;

  /**
   * @param sample row numbers
   * @param queries those rows, as Faiss is asked
   * @param metric how rows are compared
   */
  NearestRows(int[] sample, float[] queries, Metric metric) {
    this.sample = sample;
    this.queries = queries;
    this.metric = metric;
    this.block = VectorIndex.create("Flat", queries.length / sample.length, metric);
    this.distances = new float[sample.length][NEIGHBOURS];
    this.ids = new long[sample.length][NEIGHBOURS];
    for (long[] row : ids) {
      Arrays.fill(row, -1);
    }
  }

  /** Takes the next rows, in order; once all have passed, more are ignored. */
  void add(int first, float[] rows) {
    if (first < seen) {
      return;
    }
    block.reset();
    block.add(rows);
    seen = first + (int) block.count();
    Neighbors found = block.search(queries, NEIGHBOURS + 1);
    for (int i = 0; i < sample.length; i++) {
      for (int rank = 0; rank <= NEIGHBOURS && found.id(i, rank) >= 0; rank++) {
        long row = first + found.id(i, rank);
        if (row != sample[i]) {
          insert(i, row, found.distance(i, rank));
        }
      }
    }
  }

  private void insert(int query, long row, float distance) {
    int at = NEIGHBOURS;
    while (at > 0 && (ids[query][at - 1] < 0 || isNearer(distance, distances[query][at - 1]))) {
      at--;
    }
    for (int i = NEIGHBOURS - 1; i > at; i--) {
      ids[query][i] = ids[query][i - 1];
      distances[query][i] = distances[query][i - 1];
    }
    if (at < NEIGHBOURS) {
      ids[query][at] = row;
      distances[query][at] = distance;
    }
  }

  private boolean isNearer(float distance, float other) {
    return metric.isSimilarity() ? distance > other : distance < other;
  }

  /**
   * The share of true neighbours among the candidates of {@code index}; comparing those again loses
   * none of them.
   */
  double recall(VectorIndex index, Effort effort) {
    int dimension = queries.length / sample.length;
    int wanted = effort.candidatesFor(NEIGHBOURS) + 1;
    long[] candidates = new long[wanted];
    float[] found = new float[wanted];
    int hits = 0;
    for (int i = 0; i < sample.length; i++) {
      float[] query = Arrays.copyOfRange(queries, i * dimension, (i + 1) * dimension);
      index.search(query, wanted, effort.options(null, wanted), found, candidates);
      Arrays.sort(candidates);
      for (long id : ids[i]) {
        hits += Arrays.binarySearch(candidates, id) >= 0 ? 1 : 0;
      }
    }
    return (double) hits / (sample.length * NEIGHBOURS);
  }

  @Override
  public void close() {
    block.close();
  }
}
