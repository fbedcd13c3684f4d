package dev.faissjvm.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.spark.testing.Glosses;
import dev.faissjvm.spark.testing.SparkCluster;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.Verifier;
import dev.faissjvm.sync.VerifyReport;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.S3ProxyServer;
import dev.faissjvm.sync.aws.S3SnapshotStore;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.MissingTableException;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexedVectors;
import dev.faissjvm.sync.publish.SnapshotReader;
import dev.faissjvm.sync.testing.TableExports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Spark's own master and two workers, DynamoDB Local and s3proxy, all on loopback; the real model.
 * {@code -Dbackfill.rows=117791} takes the whole dictionary.
 */
class BackfillIT {

  private static final int ROWS = Integer.getInteger("backfill.rows", 300);
  private static final List<String> TEXTS = Glosses.first(ROWS);
  private static final int PARTITIONS = 6;
  private static final DocumentMapping MAPPING = DocumentMapping.recipe();

  @TempDir static Path folder;
  private static DynamoDbLocalServer database;
  private static S3ProxyServer s3;
  private static SparkCluster cluster;
  private static DynamoDbClient client;
  private static JavaSparkContext spark;
  private static Embedder<String> model;

  private ContentTable table;
  private Path work;
  private Path index;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    database = DynamoDbLocalServer.fork(null);
    s3 = S3ProxyServer.fork(folder.resolve("s3"));
    cluster = SparkCluster.start(folder.resolve("spark"), 2);
    client = DynamoClients.local(database.endpoint());
    model = ExecutorModel.of(null, 2);
    spark = Cluster.of(settings()).start();
  }

  @AfterAll
  static void stop() {
    spark.close();
    client.close();
    cluster.close();
    s3.close();
    database.close();
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("master", cluster.master());
    settings.put("spark.executor.extraClassPath", SparkCluster.classPath());
    settings.put("spark.executor.memory", "1g");
    settings.put("spark.executor.cores", "1");
    return settings;
  }

  @BeforeEach
  void fill(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    table = ContentTable.create(client, TableLayout.recipe(name));
    work = folder.resolve(name + ".work");
    index = folder.resolve(name + ".index");
    Map<RowKey, Map<String, Object>> rows = new HashMap<>();
    for (int i = 0; i < ROWS; i++) {
      rows.put(key(i), Map.of("content", TEXTS.get(i), "number", i));
    }
    rows.put(key(ROWS), Map.of("number", ROWS));
    table.load(rows);
    table.delete(key(0));
  }

  /** DynamoDB Local takes ever longer for a row while another large table is there. */
  @AfterEach
  void drop() {
    client.deleteTable(request -> request.tableName(table.layout().table()));
  }

  private static RowKey key(int row) {
    return RowKey.of("group" + row % 7, "row" + row);
  }

  private Job job(String place) {
    Map<String, String> settings = new HashMap<>();
    settings.put("table", table.layout().table());
    settings.put("table.keys", table.layout().keys().toString());
    settings.put("table.endpoint", database.endpoint().toString());
    settings.put("s3.endpoint", s3.endpoint().toString());
    settings.put("index", index.toString());
    settings.put("work", place);
    settings.put("partitions", Integer.toString(PARTITIONS));
    settings.put("threads", "1");
    MAPPING.settings().forEach((name, value) -> settings.put("mapping." + name, value));
    return Job.of(settings);
  }

  private BackfillReport backfill(BackfillProgress progress) throws IOException {
    return new Backfill(spark, job(work.toString())).run(progress);
  }

  private SyncRun syncInto(Path index) {
    return new SyncRun(
        table.pendingRows(MAPPING),
        table.lease("test", Duration.ofMinutes(1)),
        MAPPING,
        model,
        IndexFolder.of(index));
  }

  private SyncReport sync(Path into) throws IOException {
    return syncInto(into).run(SyncProgress.SILENT);
  }

  private VerifyReport verify(Path of) throws IOException {
    return Verifier.byVector(table.rows(), MAPPING, of, model).verify(SyncProgress.SILENT);
  }

  private static Map<RowKey, float[]> vectors(Path of) throws IOException {
    Map<RowKey, float[]> all = new HashMap<>();
    try (IndexedVectors vectors = IndexFolder.of(of).vectors()) {
      while (vectors.next()) {
        assertThat(all.put(vectors.key(), vectors.vector().clone())).isNull();
      }
    }
    return all;
  }

  /** Rows and vectors are those of a sync that was alone with the table. */
  private void assertAsASyncBuilds(Path built) throws IOException {
    Path alone = folder.resolve(table.layout().table() + ".alone");
    syncInto(alone).runWhole(table.rows(), SyncProgress.SILENT);
    Map<RowKey, float[]> expected = vectors(alone);
    Map<RowKey, float[]> got = vectors(built);
    assertThat(got.keySet()).isEqualTo(expected.keySet());
    double most = 0;
    for (Map.Entry<RowKey, float[]> entry : expected.entrySet()) {
      float[] a = entry.getValue();
      float[] b = got.getOrDefault(entry.getKey(), new float[a.length]);
      for (int i = 0; i < a.length; i++) {
        most = Math.max(most, Math.abs(a[i] - b[i]));
      }
    }
    assertThat(most).isLessThan(1e-5);
    VerifyReport verified = verify(built);
    assertThat(verified.isTrue()).as(verified.toString()).isTrue();
    System.out.printf(
        "%s: %d rows, greatest difference of a component %.2g; %s%n",
        table.layout().table(), got.size(), most, verified);
  }

  @Test
  void theIndexIsThatOfASync() throws IOException {
    BackfillReport report = backfill(BackfillProgress.SILENT);

    assertThat(report.rows()).isEqualTo(ROWS);
    assertThat(report.sum(ShardReport::embedded)).isEqualTo(ROWS - 1);
    assertThat(report.sum(ShardReport::parked)).isEqualTo(1);
    assertThat(report.sum(ShardReport::deleted)).isEqualTo(1);
    assertThat(report.shardsBuilt()).isEqualTo(PARTITIONS);

    table.put(key(1), Map.of("content", "another text"));
    table.delete(key(2));
    SyncReport after = sync(index);
    assertThat(after.embedded()).isEqualTo(1);
    assertThat(after.removed()).isEqualTo(2);
    assertThat(after.unchanged()).isEqualTo(ROWS - 2);
    assertAsASyncBuilds(index);
  }

  @Test
  void anExecutorThatIsKilledCostsRepeatedWorkAndNothingElse() throws IOException {
    AtomicReference<@Nullable ProcessHandle> killed = new AtomicReference<>();

    BackfillReport report =
        backfill(
            (rows, done, of) -> {
              if (done > 0 && done < of && killed.get() == null) {
                ProcessHandle executor = cluster.executors().get(0);
                executor.destroyForcibly();
                killed.set(executor);
              }
            });

    ProcessHandle executor = killed.get();
    assertThat(executor).isNotNull();
    assertThat(executor == null || executor.isAlive()).isFalse();
    assertThat(report.rows()).isEqualTo(ROWS);
    assertAsASyncBuilds(index);
  }

  @Test
  void aJobThatWasEndedGoesOnFromItsShardsAndIsDoneOnce() throws IOException {
    assertThatThrownBy(() -> backfill(endingAfter(2))).hasMessage("ended");

    BackfillReport report = backfill(BackfillProgress.SILENT);
    assertThat(report.shardsBuilt()).isLessThan(PARTITIONS);
    assertThat(report.rows()).isEqualTo(ROWS);

    Commit made = IndexFolder.of(index).lastCommit().orElseThrow();
    assertThat(backfill(BackfillProgress.SILENT).alreadyBuilt()).isTrue();
    assertThat(IndexFolder.of(index).lastCommit()).contains(made);
    assertAsASyncBuilds(index);
  }

  private static BackfillProgress endingAfter(int shards) {
    return (rows, done, of) -> {
      if (done >= shards) {
        throw new IllegalStateException("ended");
      }
    };
  }

  /** A sync between two runs takes the mark of a row that a shard has as it was before. */
  @Test
  void whatAnotherWriterSettledBetweenTwoRunsIsReadAgain() throws IOException {
    assertThatThrownBy(() -> backfill(endingAfter(3))).hasMessage("ended");
    for (int i = 0; i < ROWS; i += 10) {
      table.put(key(i), Map.of("content", "changed to " + i));
      table.delete(key(i + 1));
    }
    sync(folder.resolve("another.index"));

    BackfillReport report = backfill(BackfillProgress.SILENT);

    assertThat(report.shardsBuilt()).isEqualTo(PARTITIONS);
    assertThat(report.sum(ShardReport::kept)).isPositive();
    assertAsASyncBuilds(index);
  }

  @Test
  void shardsAndSnapshotsMayLieInS3() throws IOException {
    try (S3Client bucket = s3.client()) {
      bucket.createBucket(request -> request.bucket("bulk"));
      new Backfill(spark, job("s3://bulk/work").with("publish", "s3://bulk/published"))
          .run(BackfillProgress.SILENT);

      Path elsewhere = folder.resolve("elsewhere");
      SnapshotReader.of(S3SnapshotStore.of(bucket, "bulk", "published/"), elsewhere).refresh();
      sync(index);
      assertThat(verify(elsewhere).isTrue()).isTrue();
      assertThat(S3SnapshotStore.of(bucket, "bulk", "work/").list("shards/")).isEmpty();
    }
  }

  @Test
  void anExportIsAsGoodAsTheTable() throws IOException {
    try (S3Client bucket = s3.client()) {
      bucket.createBucket(request -> request.bucket("exports"));
      String id = "all/AWSDynamoDB/01700000000000-abcdef01";
      TableExports.write(client, table.layout().table(), bucket, "exports", id, 4);
      Job job = job(work.toString()).with("export", "s3://exports/" + id).with("partitions", "3");

      BackfillReport report = new Backfill(spark, job).run(BackfillProgress.SILENT);

      assertThat(report.rows()).isEqualTo(ROWS);
      assertAsASyncBuilds(index);
    }
  }

  @Test
  void aModelThatAnExecutorLacksIsNamed() {
    Job lacking = job(work.toString()).with("model", "/nowhere/model");
    LongAccumulator count = spark.sc().longAccumulator();

    assertThatThrownBy(
            () ->
                spark
                    .parallelize(List.of(3), 1)
                    .map(new ShardTask(lacking, 1, count, count))
                    .collect())
        .satisfies(
            failure -> {
              BackfillException told = ShardException.onDriver(failure);
              assertThat(told.kind()).isEqualTo(BackfillException.Kind.MODEL);
              assertThat(told.getMessage())
                  .startsWith("shard: partition=3, executor=")
                  .contains("/nowhere/model")
                  .endsWith(
                      "; put the model's folder on every machine at the same path, or name one that"
                          + " all machines share");
            });
  }

  @Test
  void anExecutorsFullDiskIsNamed() throws IOException, InterruptedException {
    Path small = Files.createDirectories(folder.resolve("small"));
    String[] mount = {"mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString()};
    if (new ProcessBuilder(mount).redirectErrorStream(true).start().waitFor() != 0) {
      return; // only root may make a disk that is full
    }
    try {
      Job full = job(work.toString()).with("scratch", small.toString());

      assertThatThrownBy(() -> new Backfill(spark, full).run(BackfillProgress.SILENT))
          .isInstanceOfSatisfying(
              BackfillException.class,
              told -> assertThat(told.kind()).isEqualTo(BackfillException.Kind.SPACE))
          .hasMessageStartingWith("shard: partition=")
          .hasMessageEndingWith(
              "; make room in "
                  + small
                  + " and in "
                  + work
                  + ", or name another scratch folder, then run the same job again");
    } finally {
      // lazily: a killed task may still hold a file
      new ProcessBuilder("umount", "-l", small.toString()).start().waitFor();
    }
    assertThat(backfill(BackfillProgress.SILENT).rows()).isEqualTo(ROWS);
  }

  @Test
  void aTableThatIsNotThereIsNamed() {
    Job absent = job(work.toString()).with("table", "absent");

    assertThatThrownBy(() -> new Backfill(spark, absent).run(BackfillProgress.SILENT))
        .isInstanceOf(MissingTableException.class)
        .hasMessageContaining("absent");
  }

  @Test
  void aWorkPlaceBelongsToOneJob() {
    assertThatThrownBy(() -> backfill(endingAfter(0))).hasMessage("ended");
    Job other = job(work.toString()).with("partitions", "7");

    assertThatThrownBy(() -> new Backfill(spark, other).run(BackfillProgress.SILENT))
        .hasMessage(
            "work place: expected one of this job, got another's; expected [partitions=6], got"
                + " [partitions=7]; work="
                + work
                + "; give the settings of that job, or another work place");
  }
}
