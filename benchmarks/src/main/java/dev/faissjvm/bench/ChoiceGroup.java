package dev.faissjvm.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.Recall;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each kind of index costs and gives, on two sets of vectors: time of a search at the smallest
 * setting that reaches a recall, bytes, and time to build, both times on the processor, which
 * neighbours on the machine disturb little. The figures of faiss-jni's page on choosing an index.
 */
final class ChoiceGroup {

  /** What stands beside a time, apart from the recall and the parameter that was set. */
  static final String BYTES_A_VECTOR = "bytes a vector";

  static final String BUILD = "build s";

  private static final String LISTS = "nprobe";
  private static final String GRAPH = "efSearch";
  private static final String REFINED = "k_factor";
  private static final String REFINED_LISTS = "k_factor=8,nprobe";

  /** The parameters that trade time for recall. */
  static final Set<String> PARAMETERS = Set.of(LISTS, GRAPH, REFINED, REFINED_LISTS);

  private static final int K = 10;
  private static final int QUERIES = 200; // 2,000 neighbours
  private static final double ENOUGH = 0.95;
  private static final int MOST_REFINED = 64;
  private static final int MOST_OF_A_GRAPH = 512;
  private static final int MOST_CALLS = 100;
  private static final int LEAST_CALLS = 5;

  /** A sample that takes so long has calls enough. */
  private static final long LONG_NANOS = 1_000_000_000;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final SearchOptions TOGETHER = SearchOptions.builder().threads(CORES).build();

  /**
   * A factory string, the parameter that trades time for recall, or none, and its greatest value.
   */
  private record Kind(String factory, String parameter, int most) {}

  private final Setting setting;

  ChoiceGroup(Setting setting) {
    this.setting = setting;
  }

  void run() throws IOException {
    int base = setting.full() ? 100_000 : 20_000;
    int lists = setting.full() ? 1024 : 256;
    measure("glosses", setting.glossVectors(base), kinds(lists, "PQ64x4fs", "PQ48"));
    measure("clusters", setting.clusteredVectors(base, 128), kinds(lists, "PQ64x4fs", "PQ16"));
  }

  private static List<Kind> kinds(int lists, String fastScan, String product) {
    String ivf = "IVF" + lists + ",";
    return List.of(
        new Kind("Flat", "", 1),
        new Kind("SQfp16", "", 1),
        new Kind("SQ8", "", 1),
        new Kind("RaBitQ,RFlat", REFINED, MOST_REFINED),
        new Kind(ivf + "Flat", LISTS, lists),
        new Kind(ivf + "SQ8", LISTS, lists),
        new Kind(ivf + fastScan, LISTS, lists),
        new Kind(ivf + fastScan + ",RFlat", REFINED_LISTS, lists),
        new Kind(ivf + product, LISTS, lists),
        new Kind("HNSW32", GRAPH, MOST_OF_A_GRAPH),
        new Kind("HNSW32,SQ8", GRAPH, MOST_OF_A_GRAPH));
  }

  private void measure(String name, Setting.Data data, List<Kind> kinds) throws IOException {
    float[] base = data.base().all();
    float[] queries = data.queries().rows(0, QUERIES);
    int dimension = data.base().dimension();
    Neighbors exact;
    try (VectorIndex flat = VectorIndex.create("Flat", dimension, Metric.INNER_PRODUCT)) {
      flat.add(base);
      exact = flat.search(queries, K);
    }
    try (NativeCost cost = new NativeCost(setting)) {
      for (Kind kind : kinds) {
        try (Built built = new Built(kind, dimension, base, queries, exact)) {
          built.cost = cost.of(built.index, data.queries());
          setting.sideBySide().run("choice", name + ": " + kind.factory(), "us", List.of(built));
        }
      }
    }
  }

  /** One index, built and tuned. */
  private static final class Built implements Contestant, AutoCloseable {
    private final Kind kind;
    private final VectorIndex index;
    private final float[] queries;
    private final double buildSeconds;
    private final int value;
    private final double recall;
    private NativeCost.Cost cost = new NativeCost.Cost(0, 0);

    Built(Kind kind, int dimension, float[] base, float[] queries, Neighbors exact) {
      this.kind = kind;
      this.queries = queries;
      this.index = VectorIndex.create(kind.factory(), dimension, Metric.INNER_PRODUCT);
      index.threads(CORES);
      long started = PROCESS.getProcessCpuTime();
      index.train(base);
      index.add(base);
      this.buildSeconds = (PROCESS.getProcessCpuTime() - started) / 1e9;
      int tried = 1;
      double reached = recall(tried, exact);
      while (reached < ENOUGH && tried < kind.most()) {
        tried *= 2;
        reached = recall(tried, exact);
      }
      this.value = tried;
      this.recall = reached;
    }

    private double recall(int tried, Neighbors exact) {
      index.set(kind.parameter().isEmpty() ? "" : kind.parameter() + "=" + tried);
      return Recall.intersection(index.search(queries, K, TOGETHER), exact);
    }

    @Override
    public String name() {
      return "one query, one thread";
    }

    @Override
    public double sample() {
      int dimension = index.dimension();
      float[] query = new float[dimension];
      float[] distances = new float[K];
      long[] ids = new long[K];
      long started = THREADS.getCurrentThreadCpuTime();
      long spent = 0;
      int calls = 0;
      while (calls < LEAST_CALLS || (calls < MOST_CALLS && spent < LONG_NANOS)) {
        System.arraycopy(queries, calls++ * dimension, query, 0, dimension);
        index.search(query, K, SearchOptions.DEFAULT, distances, ids);
        spent = THREADS.getCurrentThreadCpuTime() - started;
      }
      return spent / 1e3 / calls;
    }

    @Override
    public Map<String, Double> beside() {
      Map<String, Double> beside = new TreeMap<>();
      beside.put("recall", recall);
      beside.put(BYTES_A_VECTOR, (double) index.writtenSizeBytes() / index.count());
      beside.put(Shares.BYTES, cost.bytesRead());
      beside.put(BUILD, buildSeconds);
      if (!kind.parameter().isEmpty()) {
        beside.put(kind.parameter(), (double) value);
      }
      return beside;
    }

    @Override
    public void close() {
      index.close();
    }
  }
}
