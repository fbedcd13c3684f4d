package dev.faissjvm.solr;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.search.RowSearch;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import dev.faissjvm.sync.testing.InMemoryTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Two shards on two nodes beside one index in a folder, on the same machine: rows a second of a
 * sync, milliseconds of a search of each kind, and the share of the true nearest ten that a search
 * by meaning finds. The vectors are made, so a search's time has no model in it. Each question goes
 * to either in turn.
 *
 * <pre>
 *   SolrBench [ROWS [DIMENSION]]
 * </pre>
 */
final class SolrBench {

  private static final int WARM_UP = 500;
  private static final int QUERIES = 1_000;
  private static final int CLUSTERS = 400;
  private static final int WORDS = 5_000;
  private static final int WORDS_A_TEXT = 10;

  private SolrBench() {}

  /** Vectors around common centres; a text is its number, then words, common ones more often. */
  private record Clustered(int dimension) implements Embedder<String> {

    @Override
    public String fingerprint() {
      return "clustered";
    }

    @Override
    public float[] embed(String text) {
      long number = Long.parseLong(text.substring(0, text.indexOf(' ')));
      float[] vector = new float[dimension];
      add(vector, new Random(Math.floorMod(number * 31, CLUSTERS)), 1);
      add(vector, new Random(CLUSTERS + number), 0.7f);
      return vector;
    }

    private static void add(float[] vector, Random random, float weight) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] += weight * (float) random.nextGaussian();
      }
    }

    @Override
    public float[][] embed(List<? extends String> texts) {
      return texts.stream().map(this::embed).toArray(float[][]::new);
    }

    @Override
    public void close() {}
  }

  private static String text(long number) {
    Random random = new Random(number);
    StringBuilder text = new StringBuilder(Long.toString(number));
    for (int i = 0; i < WORDS_A_TEXT; i++) {
      double skewed = Math.pow(random.nextDouble(), 3);
      text.append(" word").append((int) (skewed * WORDS));
    }
    return text.toString();
  }

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 50_000;
    int dimension = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 384;
    Embedder<String> embedder = new Clustered(dimension);
    Path work = Files.createTempDirectory("solr-bench");
    IndexFolder folder = IndexFolder.of(work.resolve("index"));
    System.out.printf(Locale.ROOT, "folder: %.0f rows/s%n", sync(rows, embedder, folder));
    try (SolrCluster cluster = new SolrCluster(work, 2)) {
      new SolrConfigSet(dimension).create(cluster.client(), "bench", 2, 1);
      IndexHome solr = SolrIndexHome.of(cluster.client(), "bench");
      System.out.printf(Locale.ROOT, "solr: %.0f rows/s%n%n", sync(rows, embedder, solr));
      try (RowSearch one = SearchService.open(work.resolve("index"), embedder);
          RowSearch two = SolrSearchService.open(cluster.client(), "bench", embedder, null)) {
        System.out.println(
            "| search | folder: median | 99th of 100 | solr: median | 99th of 100 | medians' ratio |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        for (SearchMode mode : SearchMode.values()) {
          measure(mode, one, two, rows);
        }
        System.out.printf(
            Locale.ROOT,
            "%nrecall: folder %.4f, solr %.4f%n",
            recall(one, one, rows),
            recall(two, one, rows));
      }
    }
    System.exit(0);
  }

  private static double sync(int rows, Embedder<String> embedder, IndexHome index)
      throws IOException {
    DocumentMapping mapping = DocumentMapping.recipe();
    InMemoryTable table = new InMemoryTable(mapping);
    for (int i = 0; i < rows; i++) {
      table.put(RowKey.of("g" + i % 7, "r" + i), Map.of("content", text(i)));
    }
    long started = System.nanoTime();
    new SyncRun(
            table,
            table.lease("bench", Duration.ofMinutes(1), Clock.systemUTC()),
            mapping,
            embedder,
            index)
        .run(SyncProgress.SILENT);
    return rows / ((System.nanoTime() - started) / 1e9);
  }

  private static SearchRequest.Builder question(int i, int rows) {
    return SearchRequest.builder().text(text(rows + 17L * i)).k(10);
  }

  private static void measure(SearchMode mode, RowSearch one, RowSearch two, int rows)
      throws IOException {
    double[] folder = new double[QUERIES];
    double[] solr = new double[QUERIES];
    for (int i = -WARM_UP; i < QUERIES; i++) {
      SearchRequest request =
          question(Math.floorMod(i, QUERIES + WARM_UP), rows).mode(mode).build();
      double first = millis(one, request);
      double second = millis(two, request);
      if (i >= 0) {
        folder[i] = first;
        solr[i] = second;
      }
    }
    Arrays.sort(folder);
    Arrays.sort(solr);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f ms | %.2f ms | %.2f ms | %.2f ms | %.1f |%n",
        mode.name().toLowerCase(Locale.ROOT),
        folder[QUERIES / 2],
        folder[QUERIES * 99 / 100],
        solr[QUERIES / 2],
        solr[QUERIES * 99 / 100],
        solr[QUERIES / 2] / folder[QUERIES / 2]);
  }

  private static double millis(RowSearch search, SearchRequest request) throws IOException {
    long started = System.nanoTime();
    search.search(request);
    return (System.nanoTime() - started) / 1e6;
  }

  private static double recall(RowSearch search, RowSearch truth, int rows) throws IOException {
    int found = 0;
    for (int i = 0; i < QUERIES; i++) {
      Set<RowKey> exact = new HashSet<>();
      for (SearchHit hit : truth.search(question(i, rows).exact().build()).hits()) {
        exact.add(hit.key());
      }
      for (SearchHit hit : search.search(question(i, rows).build()).hits()) {
        found += exact.contains(hit.key()) ? 1 : 0;
      }
    }
    return found / (10.0 * QUERIES);
  }
}
