package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.SyncException;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFields;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.search.RemoteIndex;
import dev.faissjvm.sync.search.RemoteIndexProvider;
import dev.faissjvm.sync.search.RowSearch;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.solr.client.solrj.SolrQuery;
import org.apache.solr.client.solrj.SolrServerException;
import org.apache.solr.client.solrj.impl.Http2SolrClient;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.cloud.Replica;
import org.apache.solr.common.cloud.Slice;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes of SolrCloud and a ZooKeeper, each in a process of its own. */
@Tag("soak")
class SolrCloudIT {

  private static final int BOOKS = 600;

  @TempDir private static Path folder;
  private static SolrCluster cluster;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    cluster = new SolrCluster(folder, 2);
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
  }

  private static SolrIndexHome create(String collection, int replicas)
      throws IOException, InterruptedException {
    new SolrConfigSet(Shelf.DIMENSION).create(cluster.client(), collection, 2, replicas);
    cluster.awaitActive(collection, 2 * replicas);
    return SolrIndexHome.of(cluster.client(), collection);
  }

  @Test
  void twoShardsAnswerAsOneIndex() throws IOException, InterruptedException, SolrServerException {
    SolrIndexHome home = create("answers", 2);
    Shelf shelf = new Shelf(3);
    Shelf twin = new Shelf(3);
    for (int i = 0; i < BOOKS; i++) {
      shelf.put(i);
      twin.put(i);
    }
    assertThat(shelf.sync(home).embedded()).isEqualTo(BOOKS);
    twin.sync(IndexFolder.of(folder.resolve("answers-index")));

    try (RowSearch one = SearchService.open(folder.resolve("answers-index"), twin.embedder);
        RowSearch cloud =
            SolrSearchService.open(cluster.client(), "answers", shelf.embedder, null)) {
      SameAnswers.check(one, cloud, shelf.requests());
    }
    assertThat(rowsOfReplicas("answers").values()).allMatch(rows -> rows.size() > BOOKS / 4);
  }

  @Test
  void theReadmesSampleRuns() throws IOException {
    String address = "solr:" + cluster.zooKeeper() + "/sample?shards=2&replicas=1";
    Shelf shelf = new Shelf(2);
    shelf.put(1);
    sample(
        address,
        shelf.table.pendingRows(),
        shelf.table.lease("readme", Duration.ofMinutes(1), Clock.systemUTC()),
        shelf.embedder);
    assertThat(shelf.table.candidates().next().orElse(List.of())).isEmpty();

    String own = Files.readString(Path.of("src/test/java/dev/faissjvm/solr/SolrCloudIT.java"));
    String region = own.substring(own.indexOf("    // sample\n") + 14, own.indexOf("    // end\n"));
    assertThat(Files.readString(Path.of("README.md")))
        .contains("```java\n" + region.replaceAll("(?m)^    ", "") + "```");
  }

  private static void sample(
      String address, PendingRows rows, Lease lease, Embedder<String> embedder) throws IOException {
    DocumentMapping mapping = Shelf.MAPPING;
    // sample
    // address: solr:zk1:2181,zk2:2181/articles?shards=2&replicas=2
    try (RemoteIndex remote = RemoteIndexProvider.openAny(address)) {
      IndexHome home = remote.home(embedder.dimension()); // made where it is missing
      new SyncRun(rows, lease, mapping, embedder, home).run(SyncProgress.SILENT);
      try (RowSearch search = remote.search(embedder, null)) {
        SearchRequest request = SearchRequest.builder().text("where bread is made").k(3).build();
        search.search(request).hits().forEach(hit -> System.out.println(hit.key()));
      }
    }
    // end
  }

  @Test
  void aNodeThatDiesUnderLoadCostsNothing()
      throws IOException, InterruptedException, SolrServerException {
    SolrIndexHome home = create("deaths", 2);
    Load load = new Load("deaths", home);
    load.runFor(Duration.ofSeconds(3));
    cluster.kill(2);
    load.runFor(Duration.ofSeconds(12));
    int whileDead = load.searches.get();
    cluster.restart(2);
    load.runFor(Duration.ofSeconds(5));
    load.end();
    cluster.awaitActive("deaths", 4);

    assertThat(load.failures).isEmpty();
    assertThat(whileDead).isGreaterThan(10);
    load.checkAll();
  }

  @Test
  void aShardSplitsWhileSyncing() throws IOException, InterruptedException, SolrServerException {
    SolrIndexHome home = create("splits", 1);
    Load load = new Load("splits", home);
    load.runFor(Duration.ofSeconds(3));
    CollectionAdminRequest.splitShard("splits")
        .setShardName("shard1")
        .processAndWait(cluster.client(), 120);
    load.runFor(Duration.ofSeconds(3));
    load.end();
    cluster.awaitActive("splits", 3);

    assertThat(load.failures).isEmpty();
    load.checkAll();
  }

  @Test
  void aNodeWithoutTheCodecIsNamed() throws IOException, InterruptedException {
    int node = cluster.addNode(path -> !path.contains("faiss-lucene"));
    try {
      assertThatExceptionOfType(UnusableIndexException.class)
          .isThrownBy(
              () -> new SolrConfigSet(Shelf.DIMENSION).create(cluster.client(), "lacking", 3, 1))
          .withMessageContaining("put this module's jars into the lib folder of each node");
    } finally {
      cluster.remove(node);
    }
  }

  @Test
  void aNodeThatHasLostTheCodecIsNamed() throws IOException, InterruptedException {
    int node = cluster.addNode(path -> true);
    try {
      new SolrConfigSet(Shelf.DIMENSION).create(cluster.client(), "lost", 3, 1);
      cluster.awaitActive("lost", 3);
      cluster.kill(node);
      cluster.restart(node, path -> !path.contains("faiss-lucene"));
      SolrCalls calls = new SolrCalls("lost", Duration.ofSeconds(10));
      SolrIndexHome home =
          new SolrIndexHome(new ClientCollection(cluster.client(), "lost", calls), "lost");
      Shelf shelf = new Shelf(4);
      for (int i = 0; i < 30; i++) {
        shelf.put(i);
      }
      assertThatExceptionOfType(SyncException.class)
          .isThrownBy(() -> shelf.sync(home))
          .withMessageContaining("this module's jars");
    } finally {
      cluster.remove(node);
    }
  }

  /** What each replica has, by its own account: row and hash. */
  private static Map<String, Map<String, String>> rowsOfReplicas(String collection)
      throws IOException, SolrServerException {
    Map<String, Map<String, String>> replicas = new TreeMap<>();
    for (Slice slice :
        cluster
            .client()
            .getClusterStateProvider()
            .getClusterState()
            .getCollection(collection)
            .getActiveSlices()) {
      for (Replica replica : slice.getReplicas()) {
        SolrQuery all = new SolrQuery("{!term f=_kind}passage");
        all.set("distrib", false);
        all.setRows(100_000);
        all.setFields("id", SolrFields.HASH, IndexFields.KEY);
        Map<String, String> rows = new TreeMap<>();
        try (Http2SolrClient own = new Http2SolrClient.Builder(replica.getBaseUrl()).build()) {
          for (SolrDocument document : own.query(replica.getCoreName(), all).getResults()) {
            String id = (String) document.getFieldValue("id");
            assertThat(rows.put(id, String.valueOf(document.getFieldValue(SolrFields.HASH))))
                .isNull();
          }
        }
        replicas.put(slice.getName() + " " + replica.getName(), rows);
      }
    }
    return replicas;
  }

  /** Writers, syncs and searches that go on beside whatever happens. */
  private static final class Load {
    private final String collection;
    private final SolrIndexHome home;
    private final Shelf shelf = new Shelf(9);
    private final Random random = new Random(1);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger searches = new AtomicInteger();
    private final AtomicInteger syncs = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> syncing;
    private final CompletableFuture<Void> searching;

    Load(String collection, SolrIndexHome home) throws IOException {
      this.collection = collection;
      this.home = home;
      for (int i = 0; i < BOOKS; i++) {
        shelf.put(i);
      }
      shelf.sync(home);
      syncing = CompletableFuture.runAsync(this::sync);
      searching = CompletableFuture.runAsync(this::search);
    }

    private void sync() {
      while (!ended.get()) {
        for (int i = 0; i < 20; i++) {
          int number = random.nextInt(BOOKS);
          if (random.nextInt(4) == 0) {
            shelf.table.delete(Shelf.key(number));
          } else {
            shelf.put(number);
          }
        }
        try {
          shelf.sync(home);
          syncs.incrementAndGet();
        } catch (TransientSyncException | LeaseHeldException e) {
          failures.add("sync: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
          failures.add("sync: " + e);
        }
      }
    }

    private void search() {
      SearchRequest request = SearchRequest.builder().text("bread from the oven").k(10).build();
      try (RowSearch search =
          SolrSearchService.open(cluster.client(), collection, shelf.embedder, null)) {
        while (!ended.get()) {
          int hits = search.search(request).hits().size();
          if (hits != 10) {
            failures.add("search: expected 10 hits, got " + hits);
          }
          searches.incrementAndGet();
        }
      } catch (IOException | RuntimeException e) {
        failures.add("search: " + e);
      }
    }

    void runFor(Duration span) throws InterruptedException {
      searches.set(0);
      Thread.sleep(span.toMillis());
    }

    void end() throws IOException {
      ended.set(true);
      syncing.join();
      searching.join();
      while (!shelf.sync(home).isIdle()) {
        syncs.incrementAndGet();
      }
    }

    /** Every replica has each row of the table as it is, once, and no other. */
    void checkAll() throws IOException, SolrServerException {
      Map<String, String> expected = new TreeMap<>();
      try (var pages = shelf.table.rows()) {
        for (var page = pages.next(); page.isPresent(); page = pages.next()) {
          page.get()
              .forEach(
                  row -> {
                    var document = Shelf.MAPPING.document(row);
                    for (int i = 0; i < document.passages().size(); i++) {
                      expected.put(
                          i == 0 ? SolrFields.id(row.key()) : SolrFields.id(row.key(), i),
                          i == 0 ? document.textHash() + ":" + document.rowHash() : "null");
                    }
                  });
        }
      }
      Map<String, Map<String, String>> shards = new TreeMap<>();
      rowsOfReplicas(collection)
          .forEach(
              (name, rows) -> {
                String shard = name.substring(0, name.indexOf(' '));
                Map<String, String> before = shards.put(shard, rows);
                assertThat(before == null ? rows : before).as(name).isEqualTo(rows);
              });
      Map<String, String> all = new TreeMap<>();
      shards
          .values()
          .forEach(rows -> rows.forEach((id, hash) -> assertThat(all.put(id, hash)).isNull()));
      assertThat(all).isEqualTo(expected);
      assertThat(syncs.get()).isGreaterThan(2);
    }
  }
}
