package dev.faissjvm.bench;

import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.Recall;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How time and memory grow: with the rows, with the callers, with the dimension. Clustered vectors
 * from a seed, one thread a call, one query a call.
 *
 * <p>The name of a case is a plot and a place on its horizontal axis: {@code search by rows: 1000}.
 */
final class GrowthGroup {

  private static final int DIMENSION = 128;
  private static final int K = 10;
  private static final int QUERIES = 200;
  private static final int[] QUICK_ROWS = {1_000, 10_000, 100_000};
  private static final int[] FULL_ROWS = {1_000, 10_000, 100_000, 1_000_000};
  private static final int[] DIMENSIONS = {32, 64, 128, 256, 512, 1_024};
  private static final int SOME_ROWS = 20_000;
  private static final int MOST_TRAINING = 100_000;
  private static final long LEAST_SAMPLE_NANOS = 100_000_000;

  private final Setting setting;

  GrowthGroup(Setting setting) {
    this.setting = setting;
  }

  /** An index that grows, and how it is searched. */
  private record Kind(String name, String factory, String parameters) {

    /** The kinds whose lists follow from the number of rows. */
    static List<Kind> of(int rows) {
      int lists = Math.max(16, Integer.highestOneBit((int) (2 * Math.sqrt(rows))));
      return List.of(
          new Kind("Flat", "Flat", ""),
          new Kind("IVF,Flat", "IVF" + lists + ",Flat", "nprobe=16"),
          new Kind("IVF,PQ fast-scan", "IVF" + lists + ",PQ64x4fs", "nprobe=16"),
          new Kind("HNSW16", "HNSW16", "efSearch=64"));
    }
  }

  void run() throws IOException {
    try (NativeCost cost = new NativeCost(setting)) {
      byRows(cost);
      byCallers();
      byDimension(cost);
    }
  }

  private void byRows(NativeCost cost) throws IOException {
    for (int rows : setting.full() ? FULL_ROWS : QUICK_ROWS) {
      Setting.Data data = setting.clusteredVectors(rows, DIMENSION);
      float[] base = data.base().all();
      Queries queries = new Queries(data.queries());
      List<Searcher> searchers = new ArrayList<>();
      Neighbors truth = null;
      for (Kind kind : Kind.of(rows)) {
        long started = System.nanoTime();
        VectorIndex index = built(kind, DIMENSION, base);
        double seconds = (System.nanoTime() - started) / 1e9;
        record("build by rows: " + rows, kind.name(), "s", seconds);
        truth = truth == null ? index.search(queries.all, K) : truth; // Flat comes first
        Searcher searcher =
            new Searcher(kind.name(), index, queries, truth, cost.of(index, data.queries()));
        record("memory by rows: " + rows, kind.name(), "MB", searcher.cost().megabytes());
        searchers.add(searcher);
      }
      setting.sideBySide().run("growth", "search by rows: " + rows, "us", searchers);
      searchers.forEach(searcher -> searcher.index().close());
    }
  }

  private void byDimension(NativeCost cost) throws IOException {
    for (int dimension : DIMENSIONS) {
      Setting.Data data = setting.clusteredVectors(SOME_ROWS, dimension);
      float[] base = data.base().all();
      Queries queries = new Queries(data.queries());
      List<Searcher> searchers = new ArrayList<>();
      Neighbors truth = null;
      for (Kind kind : Kind.of(SOME_ROWS)) {
        VectorIndex index = built(kind, dimension, base);
        truth = truth == null ? index.search(queries.all, K) : truth;
        searchers.add(
            new Searcher(kind.name(), index, queries, truth, cost.of(index, data.queries())));
      }
      setting.sideBySide().run("growth", "search by dimension: " + dimension, "us", searchers);
      searchers.forEach(searcher -> searcher.index().close());
    }
  }

  private void byCallers() throws IOException {
    Setting.Data data = setting.clusteredVectors(SOME_ROWS, DIMENSION);
    float[] base = data.base().all();
    Queries queries = new Queries(data.queries());
    int cores = Runtime.getRuntime().availableProcessors();
    List<VectorIndex> open = new ArrayList<>();
    for (Kind kind : Kind.of(SOME_ROWS)) {
      open.add(built(kind, DIMENSION, base));
    }
    for (int callers = 1; callers <= 2 * cores; callers++) {
      List<Callers> contestants = new ArrayList<>();
      for (int i = 0; i < open.size(); i++) {
        String name = Kind.of(SOME_ROWS).get(i).name();
        contestants.add(new Callers(name, open.get(i), queries, callers));
      }
      setting.sideBySide().run("growth", "searches by callers: " + callers, "1/s", contestants);
    }
    open.forEach(VectorIndex::close);
  }

  private void record(String name, String contestant, String unit, double value)
      throws IOException {
    setting
        .sideBySide()
        .recorder()
        .record(new Result("growth", name, contestant, unit, List.of(value), Map.of()));
  }

  private static VectorIndex built(Kind kind, int dimension, float[] vectors) {
    String factory = kind.factory().replace("PQ64", "PQ" + dimension / 2);
    VectorIndex index = VectorIndex.create(factory, dimension, Metric.INNER_PRODUCT);
    if (!index.isTrained()) {
      int rows = Math.min(vectors.length / dimension, MOST_TRAINING);
      index.train(Arrays.copyOf(vectors, rows * dimension));
    }
    index.add(vectors);
    return index.set(kind.parameters());
  }

  /** One query after the other, for at least some time. */
  private record Searcher(
      String name, VectorIndex index, Queries queries, Neighbors truth, NativeCost.Cost cost)
      implements Contestant {

    @Override
    public double sample() {
      Single single = new Single(queries);
      long started = System.nanoTime();
      int calls = 0;
      while (System.nanoTime() - started < LEAST_SAMPLE_NANOS || calls < K) {
        single.search(index, calls++);
      }
      return (System.nanoTime() - started) / 1e3 / calls;
    }

    @Override
    public Map<String, Double> beside() {
      double recall = Recall.intersection(index.search(queries.all, K), truth);
      return Map.of("recall", recall, Shares.BYTES, cost.bytesRead());
    }
  }

  /** Several threads at one index, each with one query after the other. */
  private record Callers(String name, VectorIndex index, Queries queries, int callers)
      implements Contestant {

    @Override
    public double sample() throws IOException {
      ExecutorService threads = Executors.newFixedThreadPool(callers);
      try {
        long until = System.nanoTime() + 2 * LEAST_SAMPLE_NANOS;
        long started = System.nanoTime();
        List<Future<Integer>> running = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
          int first = i * QUERIES / callers; // none asks what another asks at that time
          Callable<Integer> caller =
              () -> {
                Single single = new Single(queries);
                int calls = 0;
                while (System.nanoTime() < until) {
                  single.search(index, first + calls++);
                }
                return calls;
              };
          running.add(threads.submit(caller));
        }
        long calls = 0;
        for (Future<Integer> one : running) {
          calls += one.get();
        }
        return calls / ((System.nanoTime() - started) / 1e9);
      } catch (InterruptedException | ExecutionException e) {
        throw new IOException("callers: expected all to search, got " + e, e);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  /** The same vectors in one array, and one by one. */
  private static final class Queries {
    private final float[] all;
    private final List<float[]> each = new ArrayList<>();

    Queries(VectorFile file) throws IOException {
      all = file.rows(0, QUERIES);
      for (int i = 0; i < QUERIES; i++) {
        each.add(Arrays.copyOfRange(all, i * file.dimension(), (i + 1) * file.dimension()));
      }
    }
  }

  /** One query a call, into the same arrays. */
  private static final class Single {
    private final List<float[]> queries;
    private final float[] distances = new float[K];
    private final long[] ids = new long[K];

    Single(Queries queries) {
      this.queries = queries.each;
    }

    void search(VectorIndex index, int call) {
      float[] query = queries.get(call % queries.size());
      index.search(query, K, SearchOptions.DEFAULT, distances, ids);
    }
  }
}
