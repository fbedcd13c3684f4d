package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import dev.faissjvm.sync.testing.FakeClock;
import dev.faissjvm.sync.testing.Faults;
import dev.faissjvm.sync.testing.Faults.Crash;
import dev.faissjvm.sync.testing.Faults.Moment;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.InMemoryTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An index of one model becomes an index of another. */
class ModelChangeTest {

  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final int ROWS = 6;

  @TempDir Path temporary;
  private final DocumentMapping mapping = DocumentMapping.recipe();
  private final Embedder<String> before = new HashingEmbedder(8);
  private final Embedder<String> after = new HashingEmbedder(16);
  private final FakeClock clock = new FakeClock();
  private final Faults none = new Faults((call, moment) -> {});
  private InMemoryTable table = new InMemoryTable(mapping);

  private static RowKey key(int row) {
    return RowKey.of("g", "k" + row);
  }

  private Path indexedBefore(String name) throws IOException {
    table = new InMemoryTable(mapping);
    for (int i = 0; i < ROWS; i++) {
      table.put(key(i), Map.of("content", "text " + i));
    }
    Path folder = temporary.resolve(name);
    sync(folder, before, none);
    return folder;
  }

  private SyncRun run(Path folder, Embedder<String> embedder, Faults faults) {
    return new SyncRun(
            faults.rows(table),
            faults.lease(table.lease("sync", LEASE, clock)),
            mapping,
            embedder,
            faults.index(IndexFolder.of(folder)))
        .with(new SyncOptions(3, 2, Duration.ofSeconds(10), 1, 1, 4, Duration.ofMinutes(1)));
  }

  private SyncReport sync(Path folder, Embedder<String> embedder, Faults faults)
      throws IOException {
    return run(folder, embedder, faults).rebuildingFrom(table).run(SyncProgress.SILENT);
  }

  private static Commit lastCommit(Path folder) throws IOException {
    return IndexFolder.of(folder).lastCommit().orElseThrow();
  }

  private VerifyReport verify(Path folder, Embedder<String> embedder) throws IOException {
    return Verifier.byVector(table, mapping, folder, embedder).verify(SyncProgress.SILENT);
  }

  @Test
  void unchangedTextIsEmbeddedAnewAndReadersMoveOnWhole() throws IOException {
    Path folder = indexedBefore("whole");
    try (SearchService old = SearchService.open(folder, before)) {
      SyncReport report = sync(folder, after, none);

      assertThat(report.rebuilt()).isTrue();
      assertThat(report.embedded()).isEqualTo(ROWS);
      assertThat(keys(old)).hasSize(ROWS);
      old.refresh();
      assertThatThrownBy(() -> keys(old)).isInstanceOf(UnusableIndexException.class);
    }
    assertThat(lastCommit(folder).fingerprint()).isEqualTo(after.fingerprint());
    assertThat(verify(folder, after).isTrue()).isTrue();
    assertThat(sync(folder, after, none).isIdle()).isTrue();
  }

  private static List<RowKey> keys(SearchService service) throws IOException {
    SearchRequest request = SearchRequest.builder().text("text").k(2 * ROWS).build();
    return service.search(request).hits().stream().map(SearchHit::key).toList();
  }

  @Test
  void theOldIndexAnswersUntilTheNewOneIsWholeWhereverARunEnds() throws IOException {
    for (Moment moment : Moment.values()) {
      for (int i = 0; ; i++) {
        Path folder = indexedBefore(moment + "-" + i);
        table.put(key(0), Map.of("content", "a text that changed"));
        table.delete(key(1));
        int at = i;
        Faults faults =
            new Faults(
                (call, when) -> {
                  if (call == at && when == moment) {
                    throw new Crash();
                  }
                });
        try {
          sync(folder, after, faults);
        } catch (Crash e) {
          // the process is gone
        }
        assertAnswersWhole(folder, moment + " call " + i);
        table.vanish(key(2));
        clock.advance(LEASE.multipliedBy(2));
        sync(folder, after, none);
        VerifyReport report = verify(folder, after);
        assertThat(lastCommit(folder).fingerprint()).isEqualTo(after.fingerprint());
        // A row that was deleted outright after the swap is for a reconcile, as ever.
        assertThat(report.ghost()).isLessThanOrEqualTo(1);
        assertThat(report.stale() + report.missing() + report.pending()).isZero();
        if (faults.calls() <= at) {
          break;
        }
      }
    }
  }

  /** What a reader sees is of one model, and has every row that is neither new nor deleted. */
  private void assertAnswersWhole(Path folder, String where) throws IOException {
    boolean swapped = lastCommit(folder).fingerprint().equals(after.fingerprint());
    try (SearchService service = SearchService.open(folder, swapped ? after : before)) {
      List<RowKey> keys = keys(service);
      assertThat(keys).as(where).contains(key(0), key(2), key(3), key(4), key(5));
      if (!swapped) {
        assertThat(keys).as(where).hasSize(ROWS);
        assertThat(pending()).as("marks belong to the old index, %s", where).isEqualTo(2);
      }
    }
  }

  private int pending() {
    return table.candidates().next().map(List::size).orElse(0);
  }

  @Test
  void aRebuildThatWasBegunIsGoneOnWith() throws IOException {
    Path folder = indexedBefore("resumed");
    Faults stopped =
        new Faults(
            (call, when) -> {
              if (IndexFolder.of(folder).numbered(2).resolve("segments_2").toFile().exists()) {
                throw new Crash();
              }
            });
    assertThatThrownBy(() -> sync(folder, after, stopped)).isInstanceOf(Crash.class);
    table.vanish(key(0));
    clock.advance(LEASE.multipliedBy(2));

    SyncReport report = sync(folder, after, none);

    assertThat(report.rebuilt()).isTrue();
    assertThat(report.embedded() + report.unchanged()).isEqualTo(ROWS - 1);
    assertThat(report.unchanged()).isPositive();
    assertThat(verify(folder, after).isTrue()).isTrue();
  }

  @Test
  void aReplacedIndexGoesWhenEveryReaderHasMovedOn() throws IOException {
    Path folder = indexedBefore("replaced");
    sync(folder, after, none);
    Path old = IndexFolder.of(folder).numbered(1);
    change("another text");
    sync(folder, after, none);
    assertThat(old).isDirectoryContaining(file -> file.endsWith("replaced"));
    Files.setLastModifiedTime(
        old.resolve("replaced"), FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    change("yet another text");

    sync(folder, after, none);

    assertThat(old).doesNotExist();
    assertThat(verify(folder, after).isTrue()).isTrue();
  }

  private void change(String text) {
    table.put(key(0), Map.of("content", text));
  }

  @Test
  void anotherModelWithoutTheRowsOfTheTableIsRefused() throws IOException {
    Path folder = indexedBefore("refused");
    change("another text");

    assertThatThrownBy(() -> run(folder, after, none).run(SyncProgress.SILENT))
        .isInstanceOf(UnusableIndexException.class)
        .hasMessage(
            "index model: expected hashing-16, got hashing-8; folder="
                + folder
                + "; use the model that it was made with, or another folder");
  }
}
