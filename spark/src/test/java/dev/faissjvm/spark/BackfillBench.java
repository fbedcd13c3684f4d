package dev.faissjvm.spark;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.spark.plan.MeasuredRun;
import dev.faissjvm.spark.plan.MeasuredRuns;
import dev.faissjvm.spark.testing.Glosses;
import dev.faissjvm.spark.testing.SparkCluster;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.S3ProxyServer;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import dev.faissjvm.sync.testing.TableExports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Times jobs over WordNet's glosses on a standalone master and workers of one core each: on one
 * worker, on one with a tenth of the rows in small shards, on several. The last lines are for the
 * plan's {@code runs.txt}. The rows come from an export in s3proxy; the shards go to a folder.
 *
 * <pre>
 *   BackfillBench [ROWS [WORKERS]]
 * </pre>
 */
final class BackfillBench {

  private static final int SHARDS = 8;
  private static final int SMALL_SHARDS = 20;
  private static final int WARM_UP = 300;
  private static final int QUESTIONS = 500;
  private static final DocumentMapping MAPPING = DocumentMapping.recipe();

  private final Path folder;
  private final DynamoDbLocalServer database;
  private final S3ProxyServer s3;

  private BackfillBench(Path folder, DynamoDbLocalServer database, S3ProxyServer s3) {
    this.folder = folder;
    this.database = database;
    this.s3 = s3;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : Glosses.COUNT;
    int workers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
    Path folder = Files.createTempDirectory("backfill-bench-");
    try (DynamoDbLocalServer database = DynamoDbLocalServer.fork(null);
        S3ProxyServer s3 = S3ProxyServer.fork(folder.resolve("s3"));
        DynamoDbClient client = DynamoClients.local(database.endpoint());
        S3Client bucket = s3.client()) {
      // The lease is taken there; its rows lie in the export.
      ContentTable.create(client, TableLayout.recipe("words"));
      bucket.createBucket(request -> request.bucket("exports"));
      List<String> texts = Glosses.first(rows);
      TableExports.write(items(texts), bucket, "exports", "all", SHARDS);
      TableExports.write(
          items(texts.subList(0, rows / 10)), bucket, "exports", "small", SMALL_SHARDS);
      BackfillBench bench = new BackfillBench(folder, database, s3);
      List<MeasuredRun> runs = new ArrayList<>();
      runs.add(bench.run("all", SHARDS, 1));
      runs.add(bench.run("small", SMALL_SHARDS, 1));
      runs.add(bench.run("all", SHARDS, workers));
      search(folder.resolve("index-all-" + workers), texts);
      System.out.println();
      runs.forEach(run -> System.out.println(run.line()));
      System.out.println();
      MeasuredRuns measured = new MeasuredRuns("", runs);
      measured.costs().lines().forEach(System.out::println);
      System.out.println();
      measured.lines().forEach(System.out::println);
    } finally {
      Scratch.delete(folder);
    }
    System.exit(0);
  }

  private static List<Map<String, AttributeValue>> items(List<String> texts) {
    return IntStream.range(0, texts.size())
        .mapToObj(
            i ->
                Map.of(
                    "content_group",
                    AttributeValue.fromS("group" + i % 50),
                    "content_id",
                    AttributeValue.fromS("row" + i),
                    "content",
                    AttributeValue.fromS(texts.get(i))))
        .toList();
  }

  private MeasuredRun run(String export, int shards, int workers)
      throws IOException, InterruptedException {
    String name = export + "-" + workers;
    Path index = folder.resolve("index-" + name);
    Map<String, String> settings = new HashMap<>();
    settings.put("table", "words");
    settings.put("table.keys", "content_group,content_id");
    settings.put("table.endpoint", database.endpoint().toString());
    settings.put("s3.endpoint", s3.endpoint().toString());
    settings.put("export", "s3://exports/" + export);
    settings.put("index", index.toString());
    settings.put("work", folder.resolve("work-" + name).toString());
    settings.put("partitions", Integer.toString(shards));
    settings.put("threads", "1");
    settings.put("spark.executor.extraClassPath", SparkCluster.classPath());
    settings.put("spark.executor.cores", "1");
    MAPPING.settings().forEach((setting, value) -> settings.put("mapping." + setting, value));
    try (SparkCluster cluster = SparkCluster.start(folder.resolve("spark-" + name), workers)) {
      settings.put("master", cluster.master());
      long started = System.nanoTime();
      try (JavaSparkContext spark = Cluster.of(settings).start()) {
        double ready = (System.nanoTime() - started) / 1e9;
        BackfillReport report = new Backfill(spark, Job.of(settings)).run(BackfillProgress.SILENT);
        double cpu = cpuSeconds(cluster);
        MeasuredRun run = measured(report, workers, ready, size(index));
        System.out.printf(
            Locale.ROOT,
            "workers=%d: %.1f rows/s, peak %d MiB an executor, model %.1f s of %.1f s, executors'"
                + " processors %.1f s%n",
            workers,
            run.rows() / run.buildSeconds(),
            report.shards().stream().mapToLong(ShardReport::peakMemoryBytes).max().orElse(0) >> 20,
            report.sum(ShardReport::embeddingMillis) / 1e3,
            report.sum(ShardReport::millis) / 1e3,
            cpu);
        return run;
      }
    }
  }

  /** An executor's first shard has its model's loading in it: what it takes more is a start. */
  private static MeasuredRun measured(
      BackfillReport report, int cores, double ready, long sizeBytes) {
    List<ShardReport> shards =
        report.shards().stream().sorted(Comparator.comparingInt(ShardReport::partition)).toList();
    double first = meanSeconds(shards.subList(0, cores));
    double later = meanSeconds(shards.subList(cores, shards.size()));
    return new MeasuredRun(
        cores,
        report.rows(),
        shards.size(),
        ready + first - later,
        later * shards.size(),
        ready + report.buildMillis() / 1e3,
        report.joinMillis() / 1e3,
        sizeBytes);
  }

  private static double meanSeconds(List<ShardReport> shards) {
    return shards.stream().mapToLong(ShardReport::millis).average().orElse(0) / 1e3;
  }

  private static long size(Path index) throws IOException {
    try (Stream<Path> files = Files.walk(index)) {
      return files.filter(Files::isRegularFile).mapToLong(BackfillBench::fileSize).sum();
    }
  }

  private static long fileSize(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
}
