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

/**
 * What each kind of index costs and gives, on two sets of vectors: time of a search at the smallest
 * setting that reaches a recall, bytes, and time to build, both times on the processor, which
 * neighbours on the machine disturb little. The figures of faiss-jni's page on choosing an index.
 */
final class ChoiceGroup {

  private static final int K = 10;
  private static final double ENOUGH = 0.95;
  private static final int CALLS = 100;
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** A factory string, and the parameter that trades time for recall, or none. */
  private record Kind(String factory, String parameter) {}

  private final Setting setting;

  ChoiceGroup(Setting setting) {
    this.setting = setting;
  }

  void run() throws IOException {
    int base = setting.full() ? 100_000 : 20_000;
    String lists = "IVF" + (setting.full() ? 1024 : 256) + ",";
    measure("glosses", setting.glossVectors(base), kinds(lists, "PQ64x4fs", "PQ48"));
    measure("clusters", setting.clusteredVectors(base, 128), kinds(lists, "PQ64x4fs", "PQ16"));
  }

  private static List<Kind> kinds(String lists, String fastScan, String product) {
    return List.of(
        new Kind("Flat", ""),
        new Kind("SQfp16", ""),
        new Kind("SQ8", ""),
        new Kind("RaBitQ,RFlat", "k_factor"),
        new Kind(lists + "Flat", "nprobe"),
        new Kind(lists + "SQ8", "nprobe"),
        new Kind(lists + fastScan, "nprobe"),
        new Kind(lists + fastScan + ",RFlat", "k_factor=8,nprobe"),
        new Kind(lists + product, "nprobe"),
        new Kind("HNSW32", "efSearch"),
        new Kind("HNSW32,SQ8", "efSearch"));
  }

  private void measure(String name, Setting.Data data, List<Kind> kinds) throws IOException {
    float[] base = data.base().all();
    float[] queries = data.queries().rows(0, setting.full() ? 1_000 : 200);
    int dimension = data.base().dimension();
    Neighbors exact;
    try (VectorIndex flat = VectorIndex.create("Flat", dimension, Metric.INNER_PRODUCT)) {
      flat.add(base);
      exact = flat.search(queries, K);
    }
    for (Kind kind : kinds) {
      try (Built built = new Built(kind, dimension, base, queries, exact)) {
        setting.sideBySide().run("choice", name + ": " + kind.factory(), "us", List.of(built));
      }
    }
  }

  /** One index, built and tuned. */
  private static final class Built implements Contestant, AutoCloseable {
    private final VectorIndex index;
    private final float[] queries;
    private final double buildSeconds;
    private final SearchOptions options;
    private final int value;
    private final double recall;

    Built(Kind kind, int dimension, float[] base, float[] queries, Neighbors exact) {
      this.queries = queries;
      this.index = VectorIndex.create(kind.factory(), dimension, Metric.INNER_PRODUCT);
      index.threads(CORES);
      long started = PROCESS.getProcessCpuTime();
      index.train(base);
      index.add(base);
      this.buildSeconds = (PROCESS.getProcessCpuTime() - started) / 1e9;
      int most = kind.parameter().isEmpty() ? 1 : kind.parameter().equals("k_factor") ? 64 : 512;
      int tried = 1;
      while (true) {
        SearchOptions candidate =
            SearchOptions.parse(kind.parameter().isEmpty() ? "" : kind.parameter() + "=" + tried);
        Neighbors found = index.search(queries, K, candidate);
        double reached = Recall.intersection(found, exact);
        if (reached >= ENOUGH || tried >= most) {
          this.options = candidate;
          this.value = tried;
          this.recall = reached;
          break;
        }
        tried *= 2;
      }
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
      for (int call = 0; call < CALLS; call++) {
        System.arraycopy(queries, call * dimension, query, 0, dimension);
        index.search(query, K, options, distances, ids);
      }
      return (THREADS.getCurrentThreadCpuTime() - started) / 1e3 / CALLS;
    }

    @Override
    public Map<String, Double> beside() {
      return Map.of(
          "recall",
          recall,
          "setting",
          (double) value,
          "bytes a vector",
          (double) index.writtenSizeBytes() / index.count(),
          "build s",
          buildSeconds);
    }

    @Override
    public void close() {
      index.close();
    }
  }
}
