package dev.faissjvm.lucene;

import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.VectorIndex;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** The cheapest effort that finds the wanted share of true neighbours; null if none does. */
  @Nullable Effort leastEffort(VectorIndex index, double wanted, MergeWatch watch)
      throws IOException {
    Effort least = null;
    if (index.describe().kind().startsWith("IndexIVF")) {
      for (List<Integer> candidates : Effort.CANDIDATES) {
        least = leastEffort(index, wanted, candidates, least, watch);
      }
      return least;
    }
    for (int i = 0; least == null && i < Effort.PROBES.size(); i++) {
      watch.check();
      Effort effort = Effort.ofGraph(Effort.PROBES.get(i));
      least = recall(index, effort) >= wanted ? effort : null;
    }
    return least;
  }

  /** The cheapest of those with so many candidates and of {@code known}. */
  private @Nullable Effort leastEffort(
      VectorIndex index,
      double wanted,
      List<Integer> candidates,
      @Nullable Effort known,
      MergeWatch watch)
      throws IOException {
    int most = candidates.get(candidates.size() - 1);
    int lists = AcceleratorBuilder.lists(index.describe());
    double length = (double) index.count() / lists;
    Effort least = known;
    for (int probes : Effort.PROBES) {
      double atLeast = new Effort(probes, candidates.get(0)).cost(length);
      if (probes >= 2 * lists || (least != null && atLeast >= least.cost(length))) {
        break;
      }
      watch.check();
      double[] recalls = recalls(index, new Effort(probes, most));
      for (int some : candidates) {
        Effort effort = new Effort(probes, some);
        if (recalls[some] >= wanted
            && (least == null || effort.cost(length) < least.cost(length))) {
          least = effort;
        }
      }
    }
    return least;
  }

  /**
   * The share of true neighbours among the candidates of {@code index}; comparing those again loses
   * none of them.
   */
  double recall(VectorIndex index, Effort effort) {
    return recalls(index, effort)[effort.candidatesFor(NEIGHBOURS)];
  }

  /** The share of true neighbours among the first candidates, by how many those are. */
  private double[] recalls(VectorIndex index, Effort effort) {
    int dimension = queries.length / sample.length;
    int candidates = effort.candidatesFor(NEIGHBOURS);
    long[] found = new long[candidates + 1];
    float[] unused = new float[candidates + 1];
    int[] hits = new int[candidates + 1];
    for (int i = 0; i < sample.length; i++) {
      float[] query = Arrays.copyOfRange(queries, i * dimension, (i + 1) * dimension);
      index.search(query, found.length, effort.options(null, found.length), unused, found);
      int rank = 0;
      for (long id : found) {
        rank += id == sample[i] ? 0 : 1;
        if (rank <= candidates && isNeighbour(i, id)) {
          hits[rank]++;
        }
      }
    }
    for (int i = 1; i < hits.length; i++) {
      hits[i] += hits[i - 1];
    }
    return Arrays.stream(hits).mapToDouble(n -> (double) n / sample.length / NEIGHBOURS).toArray();
  }

  private boolean isNeighbour(int query, long row) {
    for (long id : ids[query]) {
      if (id >= 0 && id == row) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    block.close();
  }
}
