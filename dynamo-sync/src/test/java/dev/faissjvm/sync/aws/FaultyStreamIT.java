package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.Follower;
import dev.faissjvm.sync.Reconciler;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.Verifier;
import dev.faissjvm.sync.VerifyReport;
import dev.faissjvm.sync.change.AccessRefusedException;
import dev.faissjvm.sync.change.MissingTableException;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowEvents;
import dev.faissjvm.sync.change.RowEvents.Events;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.testing.FakeClock;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * What a stream may do to those who read it, on DynamoDB Local. {@code -Dfaults.seed} repeats one
 * run.
 */
@Timeout(120)
class FaultyStreamIT {

  private static final AtomicInteger TABLES = new AtomicInteger();
  private static final DocumentMapping MAPPING = DocumentMapping.recipe();
  private static final long SEED = Long.getLong("faults.seed", System.nanoTime());
  private static final int KEYS = 40;
  private static DynamoDbLocal local;
  private static DynamoDbStreamsClient wellBehaved;

  private final HashingEmbedder embedder = new HashingEmbedder(16);
  private FaultyStreams streams;
  private ContentTable table;
  private PendingRows rows;
  private Lease lease;
  private IndexFolder index;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    local = DynamoDbLocal.inMemory();
    wellBehaved = local.streams();
  }

  @AfterAll
  static void stop() {
    wellBehaved.close();
    local.close();
  }

  @BeforeEach
  void create() {
    TableLayout layout = TableLayout.recipe("faulty" + TABLES.incrementAndGet());
    table = ContentTable.create(local.client(), layout);
    rows = table.pendingRows(MAPPING);
    lease = table.lease("sync", Duration.ofSeconds(30));
    index = IndexFolder.of(folder);
    streams = new FaultyStreams(wellBehaved, SEED);
    streams.follow((operation, call) -> {});
  }

  private static RowKey key(int row) {
    return RowKey.of("g", "k" + row);
  }

  private void put(int row, String text) {
    table.put(key(row), Map.of("content", text));
  }

  private void putAll(int rowCount) {
    for (int i = 0; i < rowCount; i++) {
      put(i, "text " + i);
    }
  }

  private void vanish(int row) {
    new DynamoTable(local.client(), table, MAPPING).vanish(key(row));
  }

  private RowEvents events(String position) {
    return table.events(streams, position).orElseThrow();
  }

  /** As another process begins. */
  private Follower follower() throws IOException {
    String position = index.lastCommit().map(Commit::eventsRead).orElse("");
    return new Follower(events(position), rows, index);
  }

  private void sync() throws IOException {
    new SyncRun(rows, lease, MAPPING, embedder, index).run(SyncProgress.SILENT);
  }

  private void assertTrue() throws IOException {
    VerifyReport report =
        Verifier.byVector(table.rows(), MAPPING, folder, embedder).verify(SyncProgress.SILENT);
    assertThat(report.isTrue()).as("-Dfaults.seed=%d: %s", SEED, report).isTrue();
    assertThat(report.pending()).isZero();
  }

  /** Fails the first call of an operation. */
  private void failOnce(String operation, SdkException failure) {
    AtomicBoolean failed = new AtomicBoolean();
    streams.follow(
        (name, call) -> {
          if (name.equals(operation) && failed.compareAndSet(false, true)) {
            throw failure;
          }
        });
  }

  @Test
  void whateverTheStreamDoesTheIndexEqualsTheTable() throws IOException {
    streams = new FaultyStreams(wellBehaved, SEED);
    Random random = new Random(SEED + 1);
    putAll(KEYS);
    sync();
    Follower follower = follower();
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 5; i++) {
        change(random);
      }
      if (round % 5 == 4) {
        local.rollShardsOver();
      }
      if (round % 8 == 7) {
        follower = follower();
      }
      follow(follower);
    }
    streams.calm();
    // The first call may have found what an earlier one, that failed, had read.
    follow(follower);
    follow(follower);
    sync();

    assertTrue();
    assertThat(streams.faults())
        .containsOnlyKeys(
            "throttled", "answer lost", "iterator expired", "records again, in another order");
  }

  private void change(Random random) {
    int row = random.nextInt(KEYS);
    switch (random.nextInt(4)) {
      case 0 -> vanish(row);
      case 1 -> {
        vanish(row);
        put(row, "anew " + random.nextInt(100));
      }
      case 2 -> table.delete(key(row));
      default -> put(row, "text " + random.nextInt(100));
    }
  }

  private void follow(Follower follower) throws IOException {
    try {
      Follower.Due due = follower.next(lease);
      assertThat(due.reconcile()).as("-Dfaults.seed=%d: nothing was forgotten", SEED).isFalse();
      if (due.sync()) {
        sync();
      }
    } catch (TransientSyncException e) {
      // Says: again.
    }
  }

  @Test
  void aShardThatIsSplitWhileItIsReadIsReadToItsEndFirst() {
    putAll(6);
    RowEvents events = events("");
    events.poll();
    vanish(0);
    AtomicBoolean split = new AtomicBoolean();
    streams.follow(
        (operation, call) -> {
          if (operation.equals("GetRecords") && split.compareAndSet(false, true)) {
            vanish(1);
            local.rollShardsOver();
            vanish(2);
          }
        });

    assertThat(events.poll().gone()).containsExactly(key(0), key(1));
    assertThat(events.poll()).isEqualTo(new Events(false, List.of(key(2)), false));
  }

  @Test
  void aThrottleInTheMiddleKeepsWhatWasFound() {
    putAll(2);
    vanish(0);
    local.rollShardsOver();
    vanish(1);
    RowEvents events = events("");
    AtomicInteger opened = new AtomicInteger();
    streams.follow(
        (operation, call) -> {
          if (operation.equals("GetShardIterator") && opened.incrementAndGet() == 2) {
            throw AwsFailuresTest.service("ThrottlingException", 400, "slow down");
          }
        });

    assertThatThrownBy(events::poll)
        .isInstanceOf(TransientSyncException.class)
        .hasMessage(
            "read the stream of "
                + table.layout().table()
                + ": expected an answer, got a failure that passes: slow down"
                + " (Service: null, Status Code: 400, Request ID: null)");
    assertThat(events.poll()).isEqualTo(new Events(true, List.of(key(0), key(1)), false));
  }

  @Test
  void anExpiredIteratorIsTakenAnewFromWhereTheReadingWas() {
    putAll(3);
    RowEvents events = events("");
    events.poll();
    vanish(1);
    failOnce("GetRecords", ExpiredIteratorException.builder().message("too old").build());

    assertThat(events.poll()).isEqualTo(new Events(false, List.of(key(1)), false));
  }

  /**
   * A shard of which nothing is left was asked for again and again, or ended the reading, and those
   * behind it were never read.
   */
  @Test
  void whatTheStreamForgotIsToldAndFoundByComparing() throws IOException {
    putAll(10);
    sync();
    vanish(9);
    assertThat(follower().next(lease).removed()).isEqualTo(1);
    vanish(3);
    local.rollShardsOver();
    vanish(4);
    put(5, "another text");
    local.ageEvents(Duration.ofHours(25));
    Follower follower = follower();

    assertThat(follower.next(lease)).isEqualTo(new Follower.Due(true, 0, true));

    new Reconciler(table.rows(), rows, table::touch, MAPPING, folder)
        .mend(SyncProgress.SILENT, lease);
    sync();
    assertTrue();
    follower.next(lease);
    vanish(6);
    assertThat(follower().next(lease)).isEqualTo(new Follower.Due(false, 1, false));
    assertTrue();
  }

  @Test
  void eachWayToForgetIsALossOnceAndReadingGoesOn() {
    putAll(4);
    RowEvents first = events("");
    first.poll();
    String position = first.position();
    Map<String, SdkException> ways =
        Map.of(
            "GetRecords", TrimmedDataAccessException.builder().message("too late").build(),
            "GetShardIterator", ResourceNotFoundException.builder().message("no such").build());
    ways.forEach(
        (operation, failure) -> {
          RowEvents events = events(position);
          failOnce(operation, failure);
          assertThat(events.poll().lost()).as(operation).isTrue();
          vanish(operation.length() % 4);
          Events seen = events.poll();
          assertThat(seen.lost()).as(operation).isFalse();
          assertThat(seen.gone()).as(operation).contains(key(operation.length() % 4));
        });
  }

  /** Of a shard that was never begun the stream does not say what it has forgotten. */
  @Test
  void aDayWithoutReadingIsALossAndAClockThatGoesBackALittleIsNone() {
    FakeClock clock = new FakeClock();
    RowEvents events = table.events(streams, "", clock).orElseThrow();
    assertThat(events.poll().lost()).isFalse();
    String position = events.position();

    clock.advance(Duration.ofHours(-1));
    assertThat(lost(position, clock)).isFalse();
    clock.advance(Duration.ofHours(23));
    assertThat(lost(position, clock)).isFalse();
    clock.advance(Duration.ofHours(1));
    assertThat(lost(position, clock)).isTrue();
    assertThat(events.poll().lost()).as("the same process, after a long sleep").isTrue();
    assertThat(events.poll().lost()).isFalse();
    assertThat(lost(events.position(), clock)).isFalse();
    clock.advance(Duration.ofDays(-30));
    assertThat(lost(position, clock)).as("a clock that says nothing").isTrue();
  }

  private boolean lost(String position, FakeClock clock) {
    return table.events(streams, position, clock).orElseThrow().poll().lost();
  }

  @Test
  void accessDeniedOnAnyCallIsSaidAndLosesNothing() {
    putAll(4);
    RowEvents first = events("");
    first.poll();
    String position = first.position();
    int row = 0;
    for (String operation : List.of("DescribeStream", "GetShardIterator", "GetRecords")) {
      vanish(row);
      RowEvents events = events(position);
      failOnce(operation, AwsFailuresTest.service("AccessDeniedException", 400, "not you"));

      assertThatThrownBy(events::poll)
          .as(operation)
          .isInstanceOf(AccessRefusedException.class)
          .hasMessageContaining("expected an answer, got access refused: not you");
      assertThat(events.poll().gone()).as(operation).contains(key(row++));
    }
  }

  @Test
  void aStreamThatIsGoneIsSaid() {
    putAll(1);
    RowEvents events = events("");
    events.poll();
    failOnce(
        "DescribeStream", AwsFailuresTest.service("ResourceNotFoundException", 400, "no stream"));

    assertThatThrownBy(events::poll)
        .isInstanceOf(MissingTableException.class)
        .hasMessageEndingWith("; check its name, the region and the endpoint");
  }
}
