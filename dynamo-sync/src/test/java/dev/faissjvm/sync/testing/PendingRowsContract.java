package dev.faissjvm.sync.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.PendingRows.Settlement;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.index.Lease;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What writers and a sync may rely on, of every table. */
public abstract class PendingRowsContract {

  private static final RowKey KEY = RowKey.of("g", "k");

  private final DocumentMapping mapping =
      DocumentMapping.recipe().withFilter("year", FieldType.NUMBER);
  private SyncTable table;

  /** Returns an empty table with the recipe's keys. */
  protected abstract SyncTable emptyTable(DocumentMapping mapping);

  @BeforeEach
  void makeTable() {
    table = emptyTable(mapping);
  }

  private Row read() {
    return table.pendingRows().read(List.of(KEY)).get(0);
  }

  private Set<RowKey> candidates() {
    return new HashSet<>(all(table.pendingRows().candidates()));
  }

  private static <T> List<T> all(RowPages<T> pages) {
    List<T> all = new ArrayList<>();
    try (pages) {
      for (Optional<List<T>> page = pages.next(); page.isPresent(); page = pages.next()) {
        all.addAll(page.get());
      }
    }
    return all;
  }

  @Test
  void anEmptyTableHasNoCandidates() {
    assertThat(candidates()).isEmpty();
    assertThat(all(table.tableRows().rows())).isEmpty();
    assertThat(table.pendingRows().read(List.of(KEY))).isEmpty();
  }

  @Test
  void aNewRowIsPendingWithItsKeysAndVersionOne() {
    table.put(KEY, Map.of("content", "a text"));

    assertThat(candidates()).containsExactly(KEY);
    assertThat(read())
        .isEqualTo(
            new Row(
                KEY,
                Map.of("content_group", "g", "content_id", "k", "content", "a text"),
                BigDecimal.ONE,
                true,
                false));
  }

  @Test
  void valuesOfEveryKindAreReadAsTheyWereWritten() {
    Map<String, Object> values =
        Map.of(
            "number", new BigDecimal("1234567890.5"),
            "truth", true,
            "bytes", ByteBuffer.wrap(new byte[] {1, 2, 3}).asReadOnlyBuffer(),
            "nothing", Row.Null.NULL,
            "list", List.of("a", BigDecimal.ONE),
            "map", Map.of("inner", "b"),
            "strings", Set.of("c", "d"),
            "numbers", Set.of(BigDecimal.ONE, new BigDecimal(2)));

    table.put(KEY, values);

    assertThat(read().attributes()).containsAllEntriesOf(values);
  }

  @Test
  void everyWriteCountsAndKeepsWhatItDoesNotSet() {
    table.put(KEY, Map.of("content", "a text", "beside", "one"));
    table.put(KEY, Map.of("content", "another"));
    table.touch(List.of(KEY));

    assertThat(read().version()).isEqualTo(new BigDecimal(3));
    assertThat(read().attributes())
        .containsEntry("content", "another")
        .containsEntry("beside", "one");
  }

  @Test
  void aSoftDeleteIsAPendingChangeAndAWriteBringsTheRowBack() {
    table.put(KEY, Map.of("content", "a text"));
    assertThat(table.delete(KEY)).isTrue();
    assertThat(read().deleted()).isTrue();
    assertThat(read().pending()).isTrue();
    assertThat(read().version()).isEqualTo(new BigDecimal(2));

    table.put(KEY, Map.of("content", "again"));

    assertThat(read().deleted()).isFalse();
    assertThat(read().version()).isEqualTo(new BigDecimal(3));
  }

  @Test
  void deletingOrTouchingNothingMakesNothing() {
    assertThat(table.delete(KEY)).isFalse();
    table.touch(List.of(KEY));

    assertThat(all(table.tableRows().rows())).isEmpty();
  }

  @Test
  void aClearTakesTheMarkAndNothingElse() {
    table.put(KEY, Map.of("content", "a text", "year", new BigDecimal(1999)));
    Row seen = read();

    assertThat(table.pendingRows().clear(seen)).isEqualTo(Settlement.SETTLED);

    assertThat(candidates()).isEmpty();
    assertThat(read())
        .isEqualTo(new Row(KEY, seen.attributes(), seen.version(), false, seen.deleted()));
    assertThat(table.pendingRows().clear(seen)).isEqualTo(Settlement.SETTLED);
  }

  @Test
  void aRowThatChangedSinceStaysPending() {
    table.put(KEY, Map.of("content", "a text"));
    Row seen = read();
    table.put(KEY, Map.of("content", "a text"));

    assertThat(table.pendingRows().clear(seen)).isEqualTo(Settlement.CHANGED);

    assertThat(candidates()).containsExactly(KEY);
    assertThat(read().pending()).isTrue();
  }

  @Test
  void aRowThatWasDeletedSinceStaysPending() {
    table.put(KEY, Map.of("content", "a text"));
    Row seen = read();
    table.delete(KEY);

    assertThat(table.pendingRows().clear(seen)).isEqualTo(Settlement.CHANGED);
    assertThat(read().deleted()).isTrue();
  }

  @Test
  void aClearOfARowThatIsGoneMakesNoRow() {
    table.put(KEY, Map.of("content", "a text"));
    Row seen = read();
    table.vanish(KEY);

    assertThat(table.pendingRows().clear(seen)).isEqualTo(Settlement.CHANGED);
    assertThat(table.pendingRows().remove(seen)).isEqualTo(Settlement.CHANGED);
    assertThat(all(table.tableRows().rows())).isEmpty();
  }

  @Test
  void aSoftlyDeletedRowIsRemovedOnce() {
    table.put(KEY, Map.of("content", "a text"));
    table.delete(KEY);
    Row seen = read();

    assertThat(table.pendingRows().remove(seen)).isEqualTo(Settlement.SETTLED);
    assertThat(all(table.tableRows().rows())).isEmpty();
    assertThat(table.pendingRows().remove(seen)).isEqualTo(Settlement.CHANGED);
  }

  @Test
  void aRowThatCameBackIsNotRemoved() {
    table.put(KEY, Map.of("content", "a text"));
    table.delete(KEY);
    Row seen = read();
    table.put(KEY, Map.of("content", "a text"));

    assertThat(table.pendingRows().remove(seen)).isEqualTo(Settlement.CHANGED);
    assertThat(all(table.tableRows().rows())).hasSize(1);
  }

  @Test
  void aForeignRowIsPendingWithoutAVersion() {
    table.putForeign(KEY, Map.of("content", "a text"));

    assertThat(candidates()).containsExactly(KEY);
    Row seen = read();
    assertThat(seen.version()).isNull();
    assertThat(seen.pending()).isTrue();
    assertThat(table.pendingRows().clear(seen)).isEqualTo(Settlement.SETTLED);
    assertThat(read().pending()).isFalse();
  }

  @Test
  void aForeignRowIsComparedByWhatTheIndexKeepsOfIt() {
    Map<String, Object> before = Map.of("content", "a text", "beside", "one");
    List<Map<String, Object>> changes =
        List.of(
            Map.of("content", "another", "beside", "one"),
            Map.of("content", "a text", "beside", "two"),
            Map.of("content", "a text"),
            Map.of("beside", "one"),
            Map.of("content", "a text", "beside", "one", "year", new BigDecimal(1999)));
    for (Map<String, Object> change : changes) {
      table.putForeign(KEY, before);
      Row seen = read();
      table.putForeign(KEY, change);

      assertThat(table.pendingRows().clear(seen)).as("%s", change).isEqualTo(Settlement.CHANGED);
      assertThat(read().pending()).isTrue();
    }
  }

  @Test
  void aForeignWriteOverACountedRowIsSeen() {
    table.put(KEY, Map.of("content", "a text"));
    Row counted = read();
    table.putForeign(KEY, Map.of("content", "a text"));
    assertThat(table.pendingRows().clear(counted)).isEqualTo(Settlement.CHANGED);

    Row foreign = read();
    table.put(KEY, Map.of("content", "a text"));
    assertThat(table.pendingRows().clear(foreign)).isEqualTo(Settlement.CHANGED);
  }

  @Test
  void everyPendingRowIsListedAndEveryRowIsScanned() {
    Set<RowKey> pending = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      RowKey key = RowKey.of("g" + i % 7, "k" + i);
      table.put(key, Map.of("content", "text " + i));
      if (i % 3 == 0) {
        table.pendingRows().clear(table.pendingRows().read(List.of(key)).get(0));
      } else {
        pending.add(key);
      }
    }

    assertThat(candidates()).isEqualTo(pending);
    assertThat(all(table.tableRows().rows()))
        .extracting(Row::key)
        .hasSize(60)
        .doesNotHaveDuplicates();
    assertThat(table.pendingRows().read(List.copyOf(pending))).extracting(Row::key).hasSize(40);
  }

  @Test
  void theLeaseIsNoRow() {
    Lease lease = table.lease("one", Duration.ofMinutes(1), Clock.systemUTC());
    lease.acquire();

    assertThat(candidates()).isEmpty();
    assertThat(all(table.tableRows().rows())).isEmpty();
  }
}
