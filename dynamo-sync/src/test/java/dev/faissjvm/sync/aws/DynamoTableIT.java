package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.testing.FakeClock;
import dev.faissjvm.sync.testing.LeaseContract;
import dev.faissjvm.sync.testing.PendingRowsContract;
import dev.faissjvm.sync.testing.SyncTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** DynamoDB Local keeps the contracts that the double keeps. */
class DynamoTableIT {

  private static final AtomicInteger TABLES = new AtomicInteger();
  private static DynamoDbLocal local;

  @BeforeAll
  static void start() throws IOException {
    local = DynamoDbLocal.inMemory();
  }

  @AfterAll
  static void stop() {
    local.close();
  }

  private static SyncTable table(DocumentMapping mapping) {
    return table(mapping, 0);
  }

  private static DynamoTable table(DocumentMapping mapping, int pendingValues) {
    TableLayout layout =
        TableLayout.recipe("contract" + TABLES.incrementAndGet()).withPendingValues(pendingValues);
    return new DynamoTable(local.client(), ContentTable.create(local.client(), layout), mapping);
  }

  @Nested
  class Rows extends PendingRowsContract {
    @Override
    protected SyncTable emptyTable(DocumentMapping mapping) {
      return table(mapping);
    }
  }

  @Nested
  class QueriedRows extends PendingRowsContract {
    @Override
    protected SyncTable emptyTable(DocumentMapping mapping) {
      return table(mapping, TableLayout.PENDING_VALUES);
    }
  }

  @Nested
  class Leases extends LeaseContract {
    @Override
    protected SyncTable emptyTable(DocumentMapping mapping) {
      return table(mapping);
    }
  }

  @Test
  void aListingOfManyPagesNamesEachRowOnce() {
    String longId = "x".repeat(900);
    for (int values : List.of(0, TableLayout.PENDING_VALUES)) {
      DynamoTable table = table(DocumentMapping.recipe(), values);
      Map<RowKey, Map<String, Object>> rows = new HashMap<>();
      for (int i = 0; i < 3_000; i++) {
        rows.put(RowKey.of("g" + i % 50, longId + i), Map.of("content", "text"));
      }
      table.table().load(rows);

      List<RowKey> listed = new ArrayList<>();
      int pages = 0;
      try (RowPages<RowKey> all = table.pendingRows().candidates()) {
        for (Optional<List<RowKey>> page = all.next(); page.isPresent(); page = all.next()) {
          listed.addAll(page.get());
          pages++;
        }
      }

      assertThat(pages).isGreaterThan(3);
      assertThat(listed).containsExactlyInAnyOrderElementsOf(rows.keySet());
    }
  }

  @Test
  void whoHoldsTheLeaseIsSaidInFull() {
    FakeClock clock = new FakeClock();
    SyncTable table = table(DocumentMapping.recipe());
    Lease one = table.lease("one", Duration.ofSeconds(30), clock);
    Fence fence = one.acquire();
    Lease other = table.lease("other", Duration.ofSeconds(30), clock);

    assertThatThrownBy(other::acquire)
        .isInstanceOf(LeaseHeldException.class)
        .hasMessage(
            "lease: expected it to be free, got held by one until 2026-01-01T00:00:30Z; wait for"
                + " that sync to end, or until then");
    clock.advance(Duration.ofSeconds(31));
    other.acquire();
    assertThatThrownBy(() -> one.check(fence))
        .isInstanceOf(FencedException.class)
        .hasMessage("lease: expected to hold it, got other; fence=1, found=2");
    assertThatThrownBy(() -> one.check(fence))
        .isInstanceOf(FencedException.class)
        .hasMessage("lease: expected to hold it, got none; fence=1");
  }
}
