package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.SyncOptions;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.Verifier;
import dev.faissjvm.sync.VerifyReport;
import dev.faissjvm.sync.change.AccessRefusedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.MissingTableException;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The sync against DynamoDB Local over a network that loses, splits and delays answers. {@code
 * -Dtest.excluded=} adds the long one, {@code -Dfaults.rounds} and {@code -Dfaults.seed} say which.
 */
@Timeout(300)
class FaultyTableIT {

  private static final int KEYS = 60;
  private static final List<String> OPERATIONS =
      List.of("Scan", "GetItem", "PutItem", "BatchGetItem", "UpdateItem", "DeleteItem");
  private static final long PAUSE_NANOS = 10_000_000;
  private static final Duration LEASE = Duration.ofMillis(500);
  private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

  private static DynamoDbLocalServer server;

  private final DocumentMapping mapping = DocumentMapping.recipe();
  private final HashingEmbedder embedder = new HashingEmbedder(16);
  private final FaultyNetwork network = new FaultyNetwork(SEED);

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    server = DynamoDbLocalServer.fork(null);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static ContentTable create(DynamoDbClient client, TestInfo test) {
    return ContentTable.create(
        client, TableLayout.recipe(test.getTestMethod().orElseThrow().getName()));
  }

  private SyncRun sync(ContentTable table, String owner) {
    return new SyncRun(
            table.pendingRows(mapping),
            table.lease(owner, LEASE),
            mapping,
            embedder,
            IndexFolder.of(folder))
        .with(SyncOptions.standard().withSizes(16, 20).withMaxTime(Duration.ofSeconds(5)));
  }

  private void assertTrue(ContentTable table, String what) throws IOException {
    VerifyReport report =
        Verifier.byVector(table.rows(), mapping, folder, embedder).verify(SyncProgress.SILENT);
    assertThat(report.isTrue()).as("%s, -Dfaults.seed=%d: %s", what, SEED, report).isTrue();
    assertThat(report.pending()).as("%s, -Dfaults.seed=%d", what, SEED).isZero();
  }

  @Test
  @Tag("soak")
  void lostSplitAndStaleAnswersLoseNothing(TestInfo test) throws Exception {
    try (DynamoDbClient clean = DynamoClients.local(server.endpoint());
        DynamoDbClient faulty = network.client(server.endpoint())) {
      ContentTable truth = create(clean, test);
      ContentTable table = ContentTable.open(faulty, truth.layout());
      Random random = new Random(SEED);
      AtomicBoolean writing = new AtomicBoolean(true);
      Thread writer = new Thread(() -> write(truth, new Random(SEED + 1), writing));
      writer.start();
      int rounds = Integer.getInteger("faults.rounds", 6);
      int ended = 0;
      for (int round = 0; round < rounds; round++) {
        Map<RowKey, Map<String, Object>> rows = new HashMap<>();
        for (int i = 0; i < 5; i++) {
          rows.put(key(random), Map.of("content", "loaded " + random.nextInt(1_000)));
        }
        try {
          table.load(rows);
          sync(table, "round " + round).run(SyncProgress.SILENT);
          ended++;
        } catch (TransientSyncException | LeaseHeldException e) {
          // Each says: run again.
          Thread.sleep(100);
        }
      }
      writing.set(false);
      writer.join();
      network.calm();
      Thread.sleep(LEASE.toMillis() + 100);
      sync(table, "the last").with(SyncOptions.standard()).run(SyncProgress.SILENT);

      System.out.println(
          "faults " + network.faults() + ", runs that ended " + ended + " of " + rounds);
      assertTrue(truth, "after the faults");
      assertThat(network.faults())
          .containsKeys(
              "InternalServerError",
              "ProvisionedThroughputExceededException",
              "unprocessed keys",
              "stale index");
    }
  }

  private static RowKey key(Random random) {
    return RowKey.of("g" + random.nextInt(2), "k" + random.nextInt(KEYS));
  }

  private static void write(ContentTable table, Random random, AtomicBoolean writing) {
    while (writing.get()) {
      RowKey key = key(random);
      if (random.nextInt(4) == 0) {
        table.delete(key);
      } else {
        table.put(key, Map.of("content", "text " + random.nextInt(1_000)));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Test
  void accessDeniedOnAnyCallIsSaidAndLosesNothing(TestInfo test) throws Exception {
    try (DynamoDbClient clean = DynamoClients.local(server.endpoint());
        DynamoDbClient faulty = network.client(server.endpoint())) {
      ContentTable truth = create(clean, test);
      network.follow((operation, call) -> null);
      ContentTable table = ContentTable.open(faulty, truth.layout());
      for (String operation : OPERATIONS) {
        truth.put(RowKey.of("g", "kept"), Map.of("content", "text before " + operation));
        truth.put(RowKey.of("g", operation), Map.of("content", "to be deleted"));
        sync(truth, "clean").run(SyncProgress.SILENT);
        truth.delete(RowKey.of("g", operation));
        truth.put(RowKey.of("g", "kept"), Map.of("content", "text after " + operation));
        AtomicBoolean denied = new AtomicBoolean();
        network.follow(
            (name, call) ->
                name.equals(operation) && denied.compareAndSet(false, true)
                    ? FaultyNetwork.Failure.DENIED
                    : null);

        assertThatThrownBy(() -> sync(table, "denied").run(SyncProgress.SILENT))
            .as("%s", operation)
            .isInstanceOf(AccessRefusedException.class)
            .hasMessageContaining("expected an answer, got access refused: injected");

        network.follow((name, call) -> null);
        // Where giving the lease back was refused it runs out.
        Thread.sleep(LEASE.toMillis() + 100);
        sync(truth, "denied").run(SyncProgress.SILENT);
        assertTrue(truth, "denied " + operation);
      }
    }
  }

  @Test
  void aTableThatIsDeletedInMidRunIsSaid(TestInfo test) {
    try (DynamoDbClient clean = DynamoClients.local(server.endpoint());
        DynamoDbClient faulty = network.client(server.endpoint())) {
      ContentTable truth = create(clean, test);
      String name = truth.layout().table();
      for (int i = 0; i < 40; i++) {
        truth.put(RowKey.of("g", "k" + i), Map.of("content", "text " + i));
      }
      network.follow((operation, call) -> null);
      ContentTable table = ContentTable.open(faulty, truth.layout());
      AtomicBoolean deleted = new AtomicBoolean();
      network.follow(
          (operation, call) -> {
            if (operation.equals("BatchGetItem") && deleted.compareAndSet(false, true)) {
              clean.deleteTable(request -> request.tableName(name));
            }
            return null;
          });

      assertThatThrownBy(() -> sync(table, "test").run(SyncProgress.SILENT))
          .isInstanceOf(MissingTableException.class)
          .hasMessageContaining("expected an answer, got no such table or index")
          .hasMessageEndingWith("; check its name, the region and the endpoint");
      assertThat(deleted).isTrue();
    }
  }
}
