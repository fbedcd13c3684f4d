package dev.faissjvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
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
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * This codec beside Lucene's own formats, through Lucene's query classes, one thread: building, and
 * milliseconds a query at a recall, with and without filters. Queries are held out. Every engine is
 * run at every setting in each round; a case shows the cheapest setting that reaches its recall.
 */
final class LuceneGroup {

  private static final int K = 10;
  private static final double[] TARGETS = {0.90, 0.95, 0.99};
  private static final double[] SHARES = {1, 0.5, 0.05, 0.005};
  private static final double ALL_FOUND = 0.9995;
  private static final int EXACT_QUERIES = 50;

  private final Setting setting;
  private final Rounds.Recorder recorder;
  private final int rounds;
  private final float[] base;
  private final float[][] queries;
  private final int dimension;
  private final int indexed;
  private final List<Built> built = new ArrayList<>();

  LuceneGroup(Setting setting) throws IOException {
    this.setting = setting;
    this.recorder = setting.sideBySide().recorder();
    this.rounds = setting.full() ? 5 : 3;
    Setting.Data data = setting.glossVectors(setting.full() ? 116_000 : 20_000);
    this.base = data.base().all();
    this.dimension = data.base().dimension();
    this.indexed = base.length / dimension;
    float[] all = data.queries().rows(0, setting.full() ? 500 : 200);
    this.queries = new float[all.length / dimension][];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = Arrays.copyOfRange(all, i * dimension, (i + 1) * dimension);
    }
  }

  /** An engine with its index. */
  private record Built(LuceneEngine engine, Directory directory, DirectoryReader reader) {}

  /** One setting of one engine. */
  private static final class Measured {
    private final List<Double> millis = new ArrayList<>();
    private double recall;

    double median() {
      return millis.stream().sorted().toList().get(millis.size() / 2);
    }
  }

  void run() throws IOException {
    Path folder = Files.createTempDirectory(setting.cache(), "lucene");
    for (LuceneEngine engine : LuceneEngine.all()) {
      built.add(build(engine, folder.resolve(engine.name().replaceAll("\\W+", "-"))));
    }
    for (double share : SHARES) {
      compare(share);
    }
    exact();
    for (Built index : built) {
      index.reader().close();
      index.directory().close();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Built build(LuceneEngine engine, Path folder) throws IOException {
    Directory directory = FSDirectory.open(folder);
    IndexWriterConfig config = new IndexWriterConfig().setCodec(engine.codec());
    config.setUseCompoundFile(false);
    config.setRAMBufferSizeMB(64);
    long started = System.nanoTime();
    long added;
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (int row = 0; row < indexed; row++) {
        Document document = new Document();
        float[] vector = Arrays.copyOfRange(base, row * dimension, (row + 1) * dimension);
        document.add(
            new KnnFloatVectorField(
                LuceneEngine.FIELD, vector, VectorSimilarityFunction.DOT_PRODUCT));
        document.add(new IntField("number", number(row), Field.Store.NO));
        writer.addDocument(document);
      }
      writer.commit();
      added = System.nanoTime();
      writer.forceMerge(1);
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    long bytes = 0;
    for (String file : directory.listAll()) {
      if (engine.endings().stream().anyMatch(file::endsWith)) {
        bytes += directory.fileLength(file);
      }
    }
    record(
        "build and merge, " + indexed + " vectors",
        engine,
        "s",
        List.of(seconds),
        Map.of("of it merge", (System.nanoTime() - added) / 1e9, "MB beside vectors", bytes / 1e6));
    return new Built(engine, directory, DirectoryReader.open(directory));
  }

  private void record(
      String name,
      LuceneEngine engine,
      String unit,
      List<Double> samples,
      Map<String, Double> beside) {
    recorder.record(new Result("lucene", name, engine.name(), unit, samples, beside));
  }

  /** Spread over the vectors in no order of theirs. */
  private int number(int row) {
    return (int) (row * 7919L % indexed);
  }

  private void compare(double share) throws IOException {
    Query filter =
        share == 1 ? null : IntField.newRangeQuery("number", 0, (int) (indexed * share) - 1);
    float[] thresholds = thresholds((int) (indexed * share));
    List<List<Measured>> all = new ArrayList<>();
    for (Built index : built) {
      all.add(index.engine().settings().stream().map(one -> new Measured()).toList());
    }
    for (int round = 0; round <= rounds; round++) {
      for (int i = 0; i < built.size(); i++) {
        for (int s = 0; s < all.get(i).size(); s++) {
          Measured one = all.get(i).get(s);
          double millis = search(built.get(i), s, filter, thresholds, one);
          if (round > 0) { // the first one warms up
            one.millis.add(millis);
          }
          if (one.recall > ALL_FOUND) {
            break;
          }
        }
      }
    }
    for (double target : TARGETS) {
      for (int i = 0; i < built.size(); i++) {
        Measured best =
            all.get(i).stream()
                .filter(one -> !one.millis.isEmpty() && one.recall >= target)
                .min(Comparator.comparingDouble(Measured::median))
                .orElse(null);
        if (best != null) {
          record(
              String.format(Locale.ROOT, "recall %.2f, %.1f %% accepted", target, 100 * share),
              built.get(i).engine(),
              "ms",
              best.millis,
              Map.of("recall", best.recall));
        }
      }
    }
  }

  private double search(
      Built index, int which, @Nullable Query filter, float[] thresholds, Measured measured)
      throws IOException {
    IndexSearcher searcher = new IndexSearcher(index.reader());
    searcher.setQueryCache(null);
    LuceneEngine.Search search = index.engine().settings().get(which);
    int found = 0;
    long nanos = 0;
    for (int q = 0; q < queries.length; q++) {
      long started = System.nanoTime();
      ScoreDoc[] hits = search.search(searcher, queries[q], filter);
      nanos += System.nanoTime() - started;
      for (int i = 0; i < Math.min(K, hits.length); i++) {
        found += hits[i].score >= thresholds[q] ? 1 : 0;
      }
    }
    measured.recall = (double) found / queries.length / K;
    return nanos / 1e6 / queries.length;
  }

  private void exact() throws IOException {
    List<Contestant> contestants = new ArrayList<>();
    for (Built index : built) {
      LuceneEngine.Search search = LuceneEngine.exact(index.engine().name());
      IndexSearcher searcher = new IndexSearcher(index.reader());
      searcher.setQueryCache(null);
      contestants.add(
          new Contestant() {
            @Override
            public String name() {
              return index.engine().name();
            }

            @Override
            public double sample() throws IOException {
              long started = System.nanoTime();
              for (int q = 0; q < EXACT_QUERIES; q++) {
                search.search(searcher, queries[q], null);
              }
              return (System.nanoTime() - started) / 1e6 / EXACT_QUERIES;
            }
          });
    }
    setting.sideBySide().run("lucene", "exact", "ms", contestants);
  }

  /** The score of each query's tenth best accepted vector: equals of it count as found. */
  private float[] thresholds(int accepted) {
    float[] thresholds = new float[queries.length];
    for (int q = 0; q < queries.length; q++) {
      float[] best = new float[K];
      Arrays.fill(best, -2);
      for (int row = 0; row < indexed; row++) {
        if (number(row) < accepted) {
          float product = product(queries[q], row);
          if (product > best[0]) {
            best[0] = product;
            Arrays.sort(best);
          }
        }
      }
      thresholds[q] = (1 + best[0]) / 2 - 1e-6f;
    }
    return thresholds;
  }

  private float product(float[] query, int row) {
    return VectorUtil.dotProduct(
        query, Arrays.copyOfRange(base, row * dimension, (row + 1) * dimension));
  }
}
