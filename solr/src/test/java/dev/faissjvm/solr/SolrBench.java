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
 * Two shards on two nodes beside one index in a folder: rows a second of a sync, milliseconds a
 * search, and the share of the true nearest ten that is found. Arguments: rows, dimension.
 */
final class SolrBench {

  private static final int QUERIES = 300;
  private static final int CLUSTERS = 400;

  private SolrBench() {}

  /** Vectors around common centres, one for each text that is a number. */
  private record Clustered(int dimension) implements Embedder<String> {

    @Override
    public String fingerprint() {
      return "clustered";
    }

    @Override
    public float[] embed(String text) {
      long number = Long.parseLong(text);
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

  public static void main(String[] arguments) throws Exception {
    int rows = Integer.parseInt(arguments[0]);
    Embedder<String> embedder = new Clustered(Integer.parseInt(arguments[1]));
    Path work = Files.createTempDirectory("solr-bench");
    IndexFolder folder = IndexFolder.of(work.resolve("index"));
    System.out.printf(Locale.ROOT, "folder: %.0f rows/s%n", sync(rows, embedder, folder));
    try (SolrCluster cluster = new SolrCluster(work, 2)) {
      new SolrConfigSet(embedder.dimension()).create(cluster.client(), "bench", 2, 1);
      IndexHome solr = SolrIndexHome.of(cluster.client(), "bench");
      System.out.printf(Locale.ROOT, "solr: %.0f rows/s%n", sync(rows, embedder, solr));
      try (RowSearch one = SearchService.open(work.resolve("index"), embedder);
          RowSearch two = SolrSearchService.open(cluster.client(), "bench", embedder, null)) {
        for (int round = 0; round < 2; round++) {
          measure("folder", one, one, rows);
          measure("solr", two, one, rows);
        }
      }
    }
  }

  private static double sync(int rows, Embedder<String> embedder, IndexHome index)
      throws IOException {
    DocumentMapping mapping = DocumentMapping.recipe();
    InMemoryTable table = new InMemoryTable(mapping);
    for (int i = 0; i < rows; i++) {
      table.put(RowKey.of("g" + i % 7, "r" + i), Map.of("content", Integer.toString(i)));
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

  private static void measure(String name, RowSearch search, RowSearch truth, int rows)
      throws IOException {
    int found = 0;
    double[] millis = new double[QUERIES];
    for (int i = 0; i < QUERIES; i++) {
      SearchRequest.Builder request =
          SearchRequest.builder().text(Integer.toString(rows + 17 * i)).k(10);
      Set<RowKey> exact = new HashSet<>();
      for (SearchHit hit : truth.search(request.exact().build()).hits()) {
        exact.add(hit.key());
      }
      SearchRequest near = SearchRequest.builder().text(Integer.toString(rows + 17 * i)).build();
      long started = System.nanoTime();
      for (SearchHit hit : search.search(near).hits()) {
        found += exact.contains(hit.key()) ? 1 : 0;
      }
      millis[i] = (System.nanoTime() - started) / 1e6;
    }
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "%s: recall %.4f, median %.2f ms, p95 %.2f ms%n",
        name,
        found / (10.0 * QUERIES),
        millis[QUERIES / 2],
        millis[QUERIES * 95 / 100]);
  }
}
