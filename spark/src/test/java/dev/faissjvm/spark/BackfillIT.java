package dev.faissjvm.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.Embedder;
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
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexedVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Spark's own master and two workers, DynamoDB Local and s3proxy, all on loopback; the real model.
 */
class BackfillIT {

  private static final int ROWS = 400;
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
      rows.put(key(i), Map.of("content", text(i), "number", i));
    }
    rows.put(key(ROWS), Map.of("number", ROWS));
    table.load(rows);
    table.delete(key(0));
  }

  private static RowKey key(int row) {
    return RowKey.of("group" + row % 7, "row" + row);
  }

  private static String text(int row) {
    return "a text about the number " + row + " and what stands beside " + row * 31 % 97;
  }

  private Job job(String place) {
    Map<String, String> settings = new HashMap<>();
    settings.put("table", table.layout().table());
    settings.put("table.keys", table.layout().keys().toString());
    settings.put("table.endpoint", database.endpoint().toString());
    settings.put("s3.endpoint", s3.endpoint().toString());
    settings.put("work", place);
    settings.put("partitions", Integer.toString(PARTITIONS));
    settings.put("threads", "1");
    MAPPING.settings().forEach((name, value) -> settings.put("mapping." + name, value));
    return Job.of(settings);
  }

  private BackfillReport backfill(BackfillProgress progress) throws IOException {
    return new Backfill(spark, job(work.toString()), index, null).run(progress);
  }

  private SyncReport sync(Path into) throws IOException {
    return new SyncRun(
            table.pendingRows(MAPPING),
            table.lease("test", Duration.ofMinutes(1)),
            MAPPING,
            model,
            IndexFolder.of(into))
        .run(SyncProgress.SILENT);
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
    for (int i = 0; i <= ROWS; i++) {
      table.touch(List.of(key(i)));
    }
    sync(alone);
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
    System.out.println("most " + most);
    assertThat(most).isLessThan(1e-2);
    VerifyReport verified = verify(built);
    assertThat(verified.isTrue()).as(verified.toString()).isTrue();
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
}
