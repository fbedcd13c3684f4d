package dev.faissjvm.spark;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.spark.testing.SparkCluster;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.Verifier;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexedVectors;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Times a job on a standalone master and workers of one core each, and compares what it made with
 * what a sync makes alone.
 *
 * <pre>
 *   java @spark/src/main/dist/java.options -cp TEST-CLASS-PATH dev.faissjvm.spark.BackfillBench \
 *       TEXTS ROWS PARTITIONS WORKERS[,WORKERS...] [compare]
 * </pre>
 *
 * <p>TEXTS has a text a line. The table is DynamoDB Local's, in memory, on the same cores.
 */
final class BackfillBench {

  private static final int WARM_UP = 300;
  private static final int QUESTIONS = 500;
  private static final DocumentMapping MAPPING = DocumentMapping.recipe();

  private BackfillBench() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> texts =
        Files.readAllLines(Path.of(arguments[0])).subList(0, Integer.parseInt(arguments[1]));
    Path folder = Files.createTempDirectory("backfill-bench-");
    try (DynamoDbLocalServer database = DynamoDbLocalServer.fork(null);
        DynamoDbClient client = DynamoClients.local(database.endpoint())) {
      ContentTable table = ContentTable.create(client, TableLayout.recipe("words"));
      load(table, texts);
      Path built = folder;
      for (String workers : arguments[3].split(",", -1)) {
        built = folder.resolve("index" + workers);
        run(database, folder, built, Integer.parseInt(workers), arguments[2]);
      }
      search(built, texts);
      if (arguments.length > 4) {
        compare(table, folder, built);
      }
    } finally {
      Scratch.delete(folder);
    }
    System.exit(0);
  }

  private static void load(ContentTable table, List<String> texts) {
    Map<RowKey, Map<String, Object>> batch = new HashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      batch.put(RowKey.of("group" + i % 50, "row" + i), Map.of("content", texts.get(i)));
      if (batch.size() == 1_000 || i == texts.size() - 1) {
        table.load(batch);
        batch.clear();
      }
    }
  }

  private static void run(
      DynamoDbLocalServer database, Path folder, Path index, int workers, String partitions)
      throws IOException, InterruptedException {
    Map<String, String> settings = new HashMap<>();
    settings.put("table", "words");
    settings.put("table.keys", "content_group,content_id");
    settings.put("table.endpoint", database.endpoint().toString());
    settings.put("index", index.toString());
    settings.put("work", folder.resolve("work" + workers).toString());
    settings.put("partitions", partitions);
    settings.put("threads", "1");
    settings.put("spark.executor.extraClassPath", SparkCluster.classPath());
    settings.put("spark.executor.cores", "1");
    MAPPING.settings().forEach((name, value) -> settings.put("mapping." + name, value));
    try (SparkCluster cluster = SparkCluster.start(folder.resolve("spark" + workers), workers)) {
      settings.put("master", cluster.master());
      try (JavaSparkContext spark = Cluster.of(settings).start()) {
        BackfillReport report = new Backfill(spark, Job.of(settings)).run(BackfillProgress.SILENT);
        System.out.printf(
            Locale.ROOT,
            "workers=%d partitions=%s rows=%d build=%d ms join=%d ms rows/s=%.1f bytes=%d"
                + " peak=%d MiB task-ms=%d embedding-ms=%d executors-cpu=%.1f s%n",
            workers,
            partitions,
            report.rows(),
            report.buildMillis(),
            report.joinMillis(),
            report.rows() * 1e3 / report.buildMillis(),
            report.sum(ShardReport::sizeBytes),
            report.shards().stream().mapToLong(ShardReport::peakMemoryBytes).max().orElse(0) >> 20,
            report.sum(ShardReport::millis),
            report.sum(ShardReport::embeddingMillis),
            cpuSeconds(cluster));
        for (ShardReport shard : report.shards()) {
          System.out.printf(
              Locale.ROOT,
              "  shard=%d rows=%d ms=%d embedding-ms=%d bytes=%d%n",
              shard.partition(),
              shard.rows(),
              shard.millis(),
              shard.embeddingMillis(),
              shard.sizeBytes());
        }
      }
    }
  }

  /**
   * What the executors' processes have computed, their starts included: no neighbour changes it.
   */
  private static double cpuSeconds(SparkCluster cluster) {
    return cluster.executors().stream()
            .mapToLong(p -> p.info().totalCpuDuration().orElse(Duration.ZERO).toMillis())
            .sum()
        / 1e3;
  }

  /** Milliseconds of a search by meaning, without the time that the question's vector takes. */
  private static void search(Path index, List<String> texts) throws IOException {
    Embedder<String> model = ExecutorModel.of(null, 1);
    try (SearchService service = SearchService.open(index, model)) {
      long searching = 0;
      long embedding = 0;
      for (int i = 0; i < WARM_UP + QUESTIONS; i++) {
        String text = texts.get(i * 37 % texts.size());
        long started = System.nanoTime();
        model.embedQuery(text);
        long embedded = System.nanoTime();
        service.search(SearchRequest.builder().text(text).k(10).build());
        if (i >= WARM_UP) {
          embedding += embedded - started;
          searching += System.nanoTime() - embedded;
        }
      }
      System.out.printf(
          Locale.ROOT,
          "search: %.2f ms, of which %.2f ms the model%n",
          searching / 1e6 / QUESTIONS,
          embedding / 1e6 / QUESTIONS);
    }
  }

  private static void compare(ContentTable table, Path folder, Path built) throws IOException {
    Path alone = folder.resolve("alone");
    long started = System.nanoTime();
    new SyncRun(
            new SegmentRows(table.rows(), false),
            new HeldByDriver(new Fence(1)),
            MAPPING,
            ExecutorModel.of(null, Runtime.getRuntime().availableProcessors()),
            IndexFolder.of(alone))
        .run(SyncProgress.SILENT);
    double seconds = (System.nanoTime() - started) / 1e9;
    Map<RowKey, float[]> expected = new HashMap<>();
    try (IndexedVectors vectors = IndexFolder.of(alone).vectors()) {
      while (vectors.next()) {
        expected.put(vectors.key(), vectors.vector().clone());
      }
    }
    int rows = expected.size();
    double most = 0;
    int same = 0;
    try (IndexedVectors vectors = IndexFolder.of(built).vectors()) {
      while (vectors.next()) {
        float[] other = expected.remove(vectors.key());
        for (int i = 0; other != null && i < other.length; i++) {
          most = Math.max(most, Math.abs(other[i] - vectors.vector()[i]));
        }
        same += other == null ? 0 : 1;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "alone: rows=%d %.1f s, same=%d only-alone=%d, greatest difference of a component %.2g;"
            + " %s%n",
        rows,
        seconds,
        same,
        expected.size(),
        most,
        Verifier.byHash(table.rows(), MAPPING, built).verify(SyncProgress.SILENT));
  }
}
