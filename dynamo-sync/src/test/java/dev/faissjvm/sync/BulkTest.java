package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.testing.Faults;
import dev.faissjvm.sync.testing.Faults.Crash;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.InMemoryTable;
import dev.faissjvm.sync.testing.Library;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are indexed whether or not they are pending. */
class BulkTest {

  private static final int ROWS = 40;

  @TempDir Path folder;
  private Library library;

  @BeforeEach
  void fill() {
    library = new Library(folder, DocumentMapping.recipe(), new HashingEmbedder(16));
    for (int i = 0; i < ROWS; i++) {
      Map<String, Object> content = Map.of("content", "text " + i);
      if (i % 2 == 0) {
        library.table.put(key(i), content);
      } else {
        library.table.putUnmarked(key(i), content);
      }
    }
  }

  private static RowKey key(int row) {
    return RowKey.of("g", "k" + row);
  }

  private SyncRun run(Faults faults) {
    return new SyncRun(
            faults.rows(library.table),
            faults.lease(library.table.lease("bulk", Duration.ofSeconds(30), library.clock)),
            library.mapping,
            library.embedder,
            faults.index(IndexFolder.of(folder)))
        .with(new SyncOptions(4, 8, Duration.ofSeconds(10), 1, 1, 4, Duration.ofMinutes(1)));
  }

  private SyncRun run() {
    return run(new Faults((call, moment) -> {}));
  }

  private boolean isTrue() throws IOException {
    return Verifier.byVector(library.table, library.mapping, folder, library.embedder)
        .verify(SyncProgress.SILENT)
        .isTrue();
  }

  @Test
  void aWholeTableIsIndexedMarkedOrNot() throws IOException {
    library.table.delete(key(0));

    SyncReport report = run().runWhole(library.table, SyncProgress.SILENT);

    assertThat(report.embedded()).isEqualTo(ROWS - 1);
    assertThat(isTrue()).isTrue();
    assertThat(run().runWhole(library.table, SyncProgress.SILENT).unchanged()).isEqualTo(ROWS - 1);
    assertThat(library.sync().isIdle()).isTrue();
  }

  @Test
  void aLoadThatCrashesIsGoneOnWith() throws IOException {
    Faults faults =
        new Faults(
            (call, moment) -> {
              if (call == 60) {
                throw new Crash();
              }
            });
    assertThatThrownBy(() -> run(faults).runWhole(library.table, SyncProgress.SILENT))
        .isInstanceOf(Crash.class);
    library.clock.advance(Duration.ofMinutes(1));

    SyncReport report = run().runWhole(library.table, SyncProgress.SILENT);

    assertThat(report.unchanged()).isPositive();
    assertThat(report.embedded() + report.unchanged()).isGreaterThanOrEqualTo(ROWS);
    assertThat(isTrue()).isTrue();
  }

  /** A copy is older than the table: what the index has from the table must not be undone. */
  @Test
  void aCopyNeverReplacesWhatTheIndexKnows() throws IOException {
    InMemoryTable copy = new InMemoryTable(library.mapping);
    for (int i = 0; i < ROWS; i++) {
      copy.put(key(i), Map.of("content", "an older text " + i));
    }
    library.sync();

    SyncReport report = run().runCopy(copy, SyncProgress.SILENT);

    assertThat(report.embedded()).isEqualTo(ROWS / 2);
    for (int i = 1; i < ROWS; i += 2) {
      library.table.put(key(i), Map.of("content", "text " + i));
    }
    library.sync();
    assertThat(isTrue()).isTrue();
  }

  @Test
  void pendingRowsFollowACopy() throws IOException {
    InMemoryTable copy = new InMemoryTable(library.mapping);
    for (int i = 0; i < ROWS; i++) {
      copy.put(key(i), Map.of("content", "text " + i));
    }
    library.table.put(key(1), Map.of("content", "changed since"));
    library.table.delete(key(2));

    run().runCopy(copy, SyncProgress.SILENT);

    assertThat(isTrue()).isTrue();
    assertThat(library.sync().isIdle()).isTrue();
  }
}
