package dev.faissjvm.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * One run of this codec and of Lucene's own formats over the same vectors, in turns, through
 * Lucene's query classes: build, bytes, heap, and milliseconds a query at a recall.
 *
 * <p>Arguments: an {@code .fvecs} file of unit vectors or {@code clustered:<dimension>}; how many
 * vectors to index; threads that search; queries, taken from behind the indexed ones; a pattern of
 * the engines to run, all unless given.
 */
public final class LuceneComparison {
  private static final int ROUNDS = 3;
  private static final int K = 10;
  private static final double[] TARGETS = {0.90, 0.95, 0.99};
  private static final double[] SHARES = {1, 0.5, 0.05, 0.005};
  private static final PrintStream OUT = System.out;

  private final BenchVectors vectors;
  private final int indexed;
  private final int threads;
  private final List<Built> built = new ArrayList<>();

  private LuceneComparison(BenchVectors vectors, int indexed, int threads) {
    this.vectors = vectors;
    this.indexed = indexed;
    this.threads = threads;
  }

  private record Built(Engine engine, Directory directory, DirectoryReader reader) {
    IndexSearcher searcher() {
      return new IndexSearcher(reader);
    }
  }

  public static void main(String[] arguments) throws Exception {
    int indexed = Integer.parseInt(arguments[1]);
    int threads = Integer.parseInt(arguments[2]);
    int queries = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 500;
    BenchVectors vectors = BenchVectors.of(arguments[0], indexed + queries);
    OUT.printf(
        Locale.ROOT,
        "%d x %d, %d queries, %d threads, java %s%n%n",
        indexed,
        vectors.dimension(),
        queries,
        threads,
        System.getProperty("java.version"));
    String engines = arguments.length > 4 ? arguments[4] : ".*";
    new LuceneComparison(vectors, indexed, threads).run(engines);
  }

  private void run(String engines) throws Exception {
    Path folder = Files.createTempDirectory("bench");
    OUT.println(
        "| engine | add and commit s | forced merge s | bytes beside raw vectors | heap at most, garbage too |");
    OUT.println("| --- | --- | --- | --- | --- |");
    for (Engine engine : Engine.all()) {
      if (engine.name().matches(engines)) {
        built.add(build(engine, folder.resolve(engine.name().replaceAll("\\W+", "-"))));
      }
    }
    for (double share : SHARES) {
      compare(share);
    }
    exact();
    for (Built index : built) {
      index.reader().close();
      index.directory().close();
    }
    try (var files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  private Built build(Engine engine, Path folder) throws IOException {
    Directory directory = FSDirectory.open(folder);
    IndexWriterConfig config = new IndexWriterConfig().setCodec(engine.codec());
    config.setUseCompoundFile(false);
    config.setRAMBufferSizeMB(64);
    if (Boolean.getBoolean("bench.verbose")) {
      config.setInfoStream(new FaissMessages());
    }
    long baseline = heapAfterCollection();
    resetPeaks();
    long start = System.nanoTime();
    long added;
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < indexed; i++) {
        Document document = new Document();
        document.add(
            new KnnFloatVectorField(
                Engine.FIELD, vectors.get(i), VectorSimilarityFunction.DOT_PRODUCT));
        document.add(new IntField("number", number(i), Field.Store.NO));
        writer.addDocument(document);
      }
      writer.commit();
      added = System.nanoTime();
      writer.forceMerge(1);
    }
    long end = System.nanoTime();
    long bytes = 0;
    for (String file : directory.listAll()) {
      if (engine.endings().stream().anyMatch(file::endsWith)) {
        bytes += directory.fileLength(file);
      }
    }
    OUT.printf(
        Locale.ROOT,
        "| %s | %.1f | %.1f | %.1f MB | %d MB |%n",
        engine.name(),
        (added - start) / 1e9,
        (end - added) / 1e9,
        bytes / 1e6,
        (collectedPeak() - baseline) >> 20);
    return new Built(engine, directory, DirectoryReader.open(directory));
  }

  /** What the codec tells while it builds. */
  private static final class FaissMessages extends org.apache.lucene.util.InfoStream {
    @Override
    public void message(String component, String message) {
      OUT.println(message);
    }

    @Override
    public boolean isEnabled(String component) {
      return component.equals("FAISS");
    }

    @Override
    public void close() {}
  }

  /** Spread over the vectors in no order of theirs. */
  private int number(int row) {
    return (int) (row * 7919L % indexed);
  }

  private void compare(double share) throws Exception {
    Query filter =
        share == 1 ? null : IntField.newRangeQuery("number", 0, (int) (indexed * share) - 1);
    float[] thresholds = thresholds(share);
    OUT.printf(
        Locale.ROOT,
        "%n%.1f %% accepted: ms a query at a recall (recall reached)%n%n",
        share * 100);
    OUT.println("| engine | .90 | .95 | .99 | ratio .90 | .95 | .99 |");
    OUT.println("| --- | --- | --- | --- | --- | --- | --- |");
    List<double[][]> measured = new ArrayList<>();
    for (Built index : built) {
      measured.add(new double[index.engine().settings().size()][]);
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < built.size(); i++) {
        List<Engine.Setting> settings = built.get(i).engine().settings();
        for (int s = 0; s < settings.size(); s++) {
          double[] got = run(built.get(i), settings.get(s), filter, thresholds);
          double[] before = measured.get(i)[s];
          measured.get(i)[s] =
              before == null ? got : new double[] {got[0], Math.min(got[1], before[1])};
          if (got[0] > 0.9995) {
            break;
          }
        }
      }
    }
    double[][] best = new double[built.size()][];
    for (int i = 0; i < built.size(); i++) {
      best[i] = cheapest(measured.get(i));
    }
    for (int i = 0; i < built.size(); i++) {
      StringBuilder line = new StringBuilder("| " + built.get(i).engine().name() + " |");
      for (int t = 0; t < TARGETS.length; t++) {
        line.append(
            String.format(Locale.ROOT, " %.3f (%.3f) |", best[i][2 * t], best[i][2 * t + 1]));
      }
      for (int t = 0; t < TARGETS.length; t++) {
        line.append(String.format(Locale.ROOT, " %.2f |", best[i][2 * t] / peer(best)[2 * t]));
      }
      OUT.println(line);
    }
    for (Built index : built) {
      run(index, Engine.AS_BUILT, filter, thresholds);
      double[] asBuilt = run(index, Engine.AS_BUILT, filter, thresholds);
      OUT.printf(
          Locale.ROOT,
          "%s, as it comes: recall %.3f, %.3f ms%n",
          index.engine().name(),
          asBuilt[0],
          asBuilt[1]);
    }
  }

  /** The row that ratios are to: Lucene's graph, if it runs. */
  private double[] peer(double[][] best) {
    for (int i = 0; i < best.length; i++) {
      if (built.get(i).engine().name().equals(Engine.PEER)) {
        return best[i];
      }
    }
    return best[0];
  }

  /** The cheapest setting of each target. */
  private static double[] cheapest(double[] @Nullable [] settings) {
    double[] best = new double[2 * TARGETS.length];
    for (int t = 0; t < TARGETS.length; t++) {
      best[2 * t] = Double.NaN;
      for (double[] setting : settings) {
        if (setting != null && setting[0] >= TARGETS[t] && !(setting[1] >= best[2 * t])) {
          best[2 * t] = setting[1];
          best[2 * t + 1] = setting[0];
        }
      }
    }
    return best;
  }

  private void exact() throws Exception {
    float[] none = new float[0];
    OUT.printf(Locale.ROOT, "%nexact: ms a query%n%n| engine | ms |%n| --- | --- |%n");
    for (Built index : built) {
      Engine.Setting setting = Engine.exact(index.engine().name());
      double best = Double.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        best = Math.min(best, run(index, setting, null, none)[1]);
      }
      OUT.printf(Locale.ROOT, "| %s | %.2f |%n", index.engine().name(), best);
    }
  }

  /** The score of each query's tenth best vector, so that equals count as found. */
  private float[] thresholds(double share) {
    int accepted = (int) (indexed * share);
    int queries = vectors.count() - indexed;
    float[][] best = new float[queries][K];
    float[][] asked = new float[queries][];
    for (int q = 0; q < queries; q++) {
      asked[q] = vectors.get(indexed + q);
      Arrays.fill(best[q], -2);
    }
    for (int row = 0; row < indexed; row++) {
      if (number(row) < accepted) {
        float[] vector = vectors.get(row);
        for (int q = 0; q < queries; q++) {
          float product = org.apache.lucene.util.VectorUtil.dotProduct(asked[q], vector);
          if (product > best[q][0]) {
            best[q][0] = product;
            Arrays.sort(best[q]);
          }
        }
      }
    }
    float[] thresholds = new float[queries];
    for (int q = 0; q < queries; q++) {
      thresholds[q] = (1 + best[q][0]) / 2 - 1e-6f;
    }
    return thresholds;
  }

  /** Recall, and milliseconds a query by the wall clock. */
  private double[] run(
      Built index, Engine.Setting setting, @Nullable Query filter, float[] thresholds)
      throws Exception {
    int queries =
        thresholds.length == 0 ? Math.min(50, vectors.count() - indexed) : thresholds.length;
    IndexSearcher searcher = index.searcher();
    searcher.setQueryCache(null);
    AtomicInteger next = new AtomicInteger();
    AtomicInteger found = new AtomicInteger();
    Callable<Boolean> worker =
        () -> {
          for (int q = next.getAndIncrement(); q < queries; q = next.getAndIncrement()) {
            ScoreDoc[] hits = setting.search(searcher, vectors.get(indexed + q), filter);
            for (int i = 0; i < Math.min(K, hits.length) && q < thresholds.length; i++) {
              if (hits[i].score >= thresholds[q]) {
                found.incrementAndGet();
              }
            }
          }
          return true;
        };
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      long start = System.nanoTime();
      for (Future<Boolean> done :
          executor.invokeAll(java.util.Collections.nCopies(threads, worker))) {
        done.get();
      }
      return new double[] {
        (double) found.get() / queries / K, (System.nanoTime() - start) / 1e6 / queries
      };
    } finally {
      executor.shutdown();
    }
  }

  private static long heapAfterCollection() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void resetPeaks() {
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
  }

  /** The most that heap pools held, garbage that was not yet collected with it. */
  private static long collectedPeak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
