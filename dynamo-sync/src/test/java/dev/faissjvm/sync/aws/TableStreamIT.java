package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.Follower;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.Verifier;
import dev.faissjvm.sync.change.RowEvents;
import dev.faissjvm.sync.change.RowEvents.Events;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** The stream of a table of DynamoDB Local. */
class TableStreamIT {

  private static final AtomicInteger TABLES = new AtomicInteger();
  private static final DocumentMapping MAPPING = DocumentMapping.recipe();
  private static DynamoDbLocal local;
  private static DynamoDbStreamsClient streams;

  private ContentTable table;

  @BeforeAll
  static void start() throws IOException {
    local = DynamoDbLocal.inMemory();
    streams = local.streams();
  }

  @BeforeEach
  void create() {
    table =
        ContentTable.create(
            local.client(), TableLayout.recipe("stream" + TABLES.incrementAndGet()));
  }

  @AfterAll
  static void stop() {
    streams.close();
    local.close();
  }

  @BeforeEach
  void makeTable() {
    TableLayout layout = TableLayout.recipe("stream" + TABLES.incrementAndGet());
    table = ContentTable.create(local.client(), layout);
  }

  private static RowKey key(int row) {
    return RowKey.of("g", "k" + row);
  }

  private void put(int from, int to) {
    for (int i = from; i < to; i++) {
      table.put(key(i), Map.of("content", "text " + i));
    }
  }

  private void vanish(int row) {
    new DynamoTable(local.client(), table, MAPPING).vanish(key(row));
  }

  private RowEvents events(String position) {
    return table.events(streams, position).orElseThrow();
  }

  @Test
  void aWriteIsAWakeUpAndADeleteIsNamed() {
    RowEvents events = events("");
    assertThat(events.poll()).isEqualTo(new Events(false, List.of(), false));
    put(0, 3);
    assertThat(events.poll().changed()).isTrue();
    assertThat(events.poll().changed()).isFalse();

    vanish(1);

    Events seen = events.poll();
    assertThat(seen.gone()).containsExactly(key(1));
    assertThat(seen.changed()).isFalse();
    assertThat(seen.lost()).isFalse();
  }

  @Test
  void clearingAMarkAndHoldingTheLeaseWakeNobody() {
    put(0, 2);
    RowEvents events = events("");
    events.poll();
    Lease lease = table.lease("somebody", Duration.ofSeconds(30));

    lease.release(lease.acquire());
    var rows = table.pendingRows(MAPPING);
    rows.read(List.of(key(0), key(1))).forEach(rows::clear);

    assertThat(events.poll()).isEqualTo(new Events(false, List.of(), false));
  }

  @Test
  void shardsThatRollOverLoseNothing() {
    RowEvents events = events("");
    put(0, 30);
    Set<RowKey> gone = new HashSet<>();
    for (int i = 0; i < 30; i += 5) {
      vanish(i);
      vanish(i + 1);
      local.rollShardsOver();
      vanish(i + 2);
      if (i % 10 == 0) {
        gone.addAll(events.poll().gone());
        events = events(events.position());
      }
    }
    Events last = events.poll();
    gone.addAll(last.gone());

    Set<RowKey> expected = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      if (i % 5 < 3) {
        expected.add(key(i));
      }
    }
    assertThat(gone).isEqualTo(expected);
    assertThat(last.lost()).isFalse();
  }

  @Test
  void aRowWhoseTimeIsUpIsNamed() throws InterruptedException {
    String name = table.layout().table();
    local
        .client()
        .updateTimeToLive(
            request ->
                request
                    .tableName(name)
                    .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("expires")));
    long past = Instant.now().minusSeconds(60).getEpochSecond();
    table.put(key(0), Map.of("content", "short-lived", "expires", past));
    RowEvents events = events("");
    Set<RowKey> gone = new HashSet<>();
    for (int tries = 0; tries < 100 && gone.isEmpty(); tries++) {
      Thread.sleep(100);
      gone.addAll(events.poll().gone());
    }
    assertThat(gone).containsExactly(key(0));
  }

  @Test
  void aPositionOfAnotherStreamOrAForgottenShardIsALoss() {
    put(0, 1);
    RowEvents first = events("");
    first.poll();
    String position = first.position();

    assertThat(events(position).poll().lost()).isFalse();
    assertThat(events("nonsense").poll().lost()).isTrue();
    assertThat(events(position.replace("\"read\":{\"", "\"read\":{\"x")).poll().lost()).isTrue();
    RowEvents foreign = events(position.replace("arn:", "nra:"));
    assertThat(foreign.poll().lost()).isTrue();
    assertThat(foreign.poll().lost()).isFalse();
  }

  @Test
  void deletedRowsLeaveTheIndexAndThePositionIsInTheCommit(@TempDir Path folder)
      throws IOException {
    HashingEmbedder embedder = new HashingEmbedder(16);
    IndexFolder index = IndexFolder.of(folder);
    var rows = table.pendingRows(MAPPING);
    Lease lease = table.lease("sync", Duration.ofSeconds(30));
    put(0, 10);
    new SyncRun(rows, lease, MAPPING, embedder, index).run(SyncProgress.SILENT);
    RowEvents events = events("");
    vanish(3);
    vanish(4);
    put(4, 5);

    Follower.Due due = new Follower(events, rows, index).next(lease);

    assertThat(due).isEqualTo(new Follower.Due(true, 1, false));
    String position = index.lastCommit().orElseThrow().eventsRead();
    assertThat(position).isEqualTo(events.position());
    new SyncRun(rows, lease, MAPPING, embedder, index).run(SyncProgress.SILENT);
    assertThat(index.lastCommit().orElseThrow().eventsRead()).isEqualTo(position);
    assertThat(
            Verifier.byVector(table.rows(), MAPPING, folder, embedder)
                .verify(SyncProgress.SILENT)
                .isTrue())
        .isTrue();
    assertThat(events(position).poll().gone()).isEmpty();
  }
}
