package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.Library;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the entries of rows that someone says are gone. */
class GoneRowsTest {

  private static final RowKey GONE = RowKey.of("g", "gone");
  private static final RowKey BACK = RowKey.of("g", "back");

  @TempDir Path folder;
  private Library library;
  private Lease lease;
  private GoneRows rows;

  @BeforeEach
  void fill() throws IOException {
    library = new Library(folder, DocumentMapping.recipe(), new HashingEmbedder(16));
    lease = library.table.lease("stream", Duration.ofSeconds(30), library.clock);
    rows = new GoneRows(library.table, IndexFolder.of(folder));
  }

  private void indexBoth() throws IOException {
    library.table.put(GONE, Map.of("content", "one text"));
    library.table.put(BACK, Map.of("content", "another text"));
    library.sync();
    library.table.vanish(GONE);
  }

  private long generation() throws IOException {
    return IndexFolder.of(folder).lastCommit().orElseThrow().generation();
  }

  @Test
  void onlyTheEntryOfARowThatIsGoneIsTaken() throws IOException {
    indexBoth();

    assertThat(rows.remove(List.of(BACK, GONE, GONE), lease)).isEqualTo(1);

    VerifyReport verified =
        Verifier.byVector(library.table, library.mapping, folder, library.embedder)
            .verify(SyncProgress.SILENT);
    assertThat(verified.isTrue()).isTrue();
    assertThat(verified.rows()).isEqualTo(1);
  }

  @Test
  void whereNothingIsToBeTakenNothingIsCommitted() throws IOException {
    assertThat(rows.remove(List.of(GONE), lease)).as("no index yet").isZero();
    indexBoth();
    long before = generation();

    assertThat(rows.remove(List.of(), lease)).isZero();
    assertThat(rows.remove(List.of(BACK, RowKey.of("g", "never")), lease)).isZero();

    assertThat(generation()).isEqualTo(before);
  }
}
