package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.faissjvm.solr.CommandLine.Ended;
import dev.faissjvm.solr.CommandLine.Running;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.index.IndexFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.SolrServerException;
import org.apache.solr.common.SolrDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code faissjvm backfill --to solr:...}: a table through Spark into a cloud, by real parts. */
class SolrBackfillIT {

  private static final int ROWS = 240;
  private static final int PARTITIONS = 6;

  /** How long a lease outlives its holder, and a little. */
  private static final int LEASE_SECONDS = 70;

  @TempDir Path folder;
  private SolrCluster cluster;
  private DynamoDbLocalServer database;
  private DynamoDbClient client;
  private ContentTable table;
  private CommandLine faissjvm;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void start() throws IOException, InterruptedException {
    // A build of this module alone has no command line; a build of everything has.
    assumeTrue(CommandLine.isBuilt());
    cluster = new SolrCluster(folder, 1);
    database = DynamoDbLocalServer.fork(null);
    client = DynamoClients.local(database.endpoint());
    table = ContentTable.create(client, TableLayout.recipe("words"));
    Map<RowKey, Map<String, Object>> rows = new HashMap<>();
    for (int i = 0; i < ROWS; i++) {
      rows.put(key(i), Map.of("content", "a text about the number " + i + " and " + i * 31 % 97));
    }
    table.load(rows);
    faissjvm =
        new CommandLine(folder, "--table", "words", "--endpoint", database.endpoint().toString());
  }

  @AfterEach
  void stop() throws IOException {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (cluster != null) {
      cluster.close();
    }
    if (database != null) {
      client.close();
      database.close();
    }
  }

  private static RowKey key(int row) {
    return RowKey.of("group" + row % 7, "row" + row);
  }

  private String address(String collection) {
    return "solr:" + cluster.zooKeeper() + "/" + collection + "?shards=2";
  }

  private String[] backfill(String work, String... more) {
    List<String> words = new ArrayList<>(List.of("--to", address("words")));
    words.addAll(List.of("--work", folder.resolve(work).toString()));
    words.addAll(List.of("--partitions", Integer.toString(PARTITIONS)));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  /** A passage of a collection. */
  private record Passage(String hash, List<Object> vector) {
    float[] floats() {
      return RowBlocks.unboxed(vector, vector.size());
    }
  }

  private Map<String, Passage> passages(String collection) throws IOException, SolrServerException {
    SolrQuery all = new SolrQuery("{!term f=_kind}passage");
    all.setRows(10 * ROWS);
    all.setFields("id", SolrFields.HASH, IndexFields.VECTOR);
    Map<String, Passage> passages = new HashMap<>();
    for (SolrDocument passage : cluster.client().query(collection, all).getResults()) {
      Collection<Object> vector = passage.getFieldValues(IndexFields.VECTOR);
      String id = (String) passage.getFieldValue("id");
      String hash = (String) passage.getFieldValue(SolrFields.HASH);
      assertThat(passages.put(id, new Passage(hash, List.copyOf(vector)))).isNull();
    }
    return passages;
  }

  /**
   * Rows and vectors are those of a sync that writes every row of the table to a new collection.
   */
  private void assertAsASyncBuilds() throws IOException, InterruptedException, SolrServerException {
    Ended alone = faissjvm.run("sync", "--from-scan", "--to", address("alone"));
    assertThat(alone.code()).as(alone.said()).isZero();
    Map<String, Passage> expected = passages("alone");
    Map<String, Passage> got = passages("words");
    assertThat(got.keySet()).isEqualTo(expected.keySet());
    for (Map.Entry<String, Passage> entry : expected.entrySet()) {
      Passage passage = entry.getValue();
      Passage own = got.getOrDefault(entry.getKey(), new Passage("", List.of()));
      assertThat(own.hash()).isEqualTo(passage.hash());
      assertThat(own.floats()).containsExactly(passage.floats(), within(1e-5f));
    }
  }

  @Test
  void aBackfillThenASync() throws IOException, InterruptedException, SolrServerException {
    table.delete(key(0));
    Ended built = faissjvm.run("backfill", backfill("work", "--local", "2"));
    assertThat(built.code()).as(built.said()).isZero();
    assertThat(built.said())
        .contains("backfill: 239 rows in ", ": 239 embedded, 0 parked, 6 shards completed in ");

    table.put(key(1), Map.of("content", "bread from the oven"));
    table.delete(key(2));
    Ended synced = faissjvm.run("sync", "--to", address("words"));
    assertThat(synced.code()).as(synced.said()).isZero();
    assertThat(synced.said()).contains(": 1 embedded", "237 kept their vector", "2 removed");
    assertAsASyncBuilds();
  }

  @Test
  @Tag("soak")
  void anExecutorAndADriverThatAreKilledCostRepeatedWorkAndNothingElse()
      throws IOException, InterruptedException, SolrServerException {
    String master = startSpark(2);
    String[] words =
        backfill(
            "work",
            "--spark",
            master,
            "--conf",
            "spark.executor.extraClassPath=" + faissjvm.sparkClassPath(),
            "--conf",
            "spark.executor.cores=1",
            "--conf",
            "spark.executor.memory=1g");
    Running driver = faissjvm.start("backfill", words);
    awaitShards(1, driver);
    ProcessHandle executor = executors().get(0);
    executor.destroyForcibly();
    awaitShards(2, driver);
    driver.kill();
    assertThat(cluster.client().query("words", new SolrQuery("_kind:passage")).getResults())
        .isNotEmpty();

    // The dead driver's lease has to run out.
    Ended built = faissjvm.run("backfill", words);
    for (int left = LEASE_SECONDS; built.code() == 13 && left > 0; left -= 5) {
      Thread.sleep(5_000);
      built = faissjvm.run("backfill", words);
    }
    assertThat(built.code()).as(built.said()).isZero();
    assertThat(built.said()).contains("backfill: 240 rows in ");
    assertThat(faissjvm.run("backfill", words).said())
        .contains("backfill: the index is made already; a sync brings it up to date");

    // Deleted outright, without a trace: a sync cannot know, another job does.
    Map<String, AttributeValue> key =
        Map.of(
            "content_group", AttributeValue.fromS("group3"),
            "content_id", AttributeValue.fromS("row3"));
    client.deleteItem(request -> request.tableName("words").key(key));
    Ended again = faissjvm.run("backfill", backfill("again", "--local", "2"));
    assertThat(again.said()).contains("backfill: 239 rows in ", ": 0 embedded");
    assertAsASyncBuilds();
  }

  /** Waits until so many shards are done and some are not. */
  private void awaitShards(int shards, Running driver) throws IOException, InterruptedException {
    while (shardsDone() < shards) {
      assertThat(driver.process().isAlive()).as(Files.readString(driver.said())).isTrue();
      Thread.sleep(50);
    }
    assertThat(shardsDone()).isLessThan(PARTITIONS);
  }

  private long shardsDone() throws IOException {
    Path work = folder.resolve("work");
    if (!Files.isDirectory(work)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(work)) {
      return files.filter(file -> file.getFileName().toString().startsWith("done-")).count();
    }
  }

  private String startSpark(int workers) throws IOException, InterruptedException {
    int port = SolrCluster.freePort();
    String master = "spark://127.0.0.1:" + port;
    processes.add(faissjvm.startSpark("master.Master", "--port", Integer.toString(port)));
    SolrCluster.awaitPort(port);
    for (int i = 0; i < workers; i++) {
      String place = folder.resolve("worker" + i).toString();
      processes.add(
          faissjvm.startSpark(
              "worker.Worker", "--cores", "1", "--memory", "2g", "--work-dir", place, master));
    }
    return master;
  }

  private List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(Process::descendants)
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .toList();
  }
}
