package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.Library;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Differences that no pending mark tells of. */
class ReconcilerTest {

  @TempDir Path folder;
  private Library library;

  @BeforeEach
  void fill() throws IOException {
    library = new Library(folder, DocumentMapping.recipe(), new HashingEmbedder(16));
    for (int i = 0; i < 12; i++) {
      library.table.put(RowKey.of("g", "k" + i), Map.of("content", "text " + i));
    }
    library.sync();
    library.table.vanish(RowKey.of("g", "k3"));
    library.table.vanish(RowKey.of("g", "k4"));
    library.table.putUnmarked(RowKey.of("g", "k5"), Map.of("content", "another text"));
    library.table.putUnmarked(RowKey.of("g", "new"), Map.of("content", "a new text"));
  }

  private Reconciler reconciler() {
    return new Reconciler(
        library.table, library.table, library.table::touch, library.mapping, folder);
  }

  private VerifyReport verify() throws IOException {
    return Verifier.byVector(library.table, library.mapping, folder, library.embedder)
        .verify(SyncProgress.SILENT);
  }

  @Test
  void everyKindOfDifferenceIsSeen() throws IOException {
    VerifyReport report = verify();

    assertThat(report.isTrue()).isFalse();
    assertThat(report)
        .extracting(VerifyReport::rows, VerifyReport::stale, VerifyReport::missing)
        .containsExactly(11L, 1L, 1L);
    assertThat(report.ghost()).isEqualTo(2);
  }

  @Test
  void inspectingChangesNothing() throws IOException {
    ReconcileReport report = reconciler().inspect(SyncProgress.SILENT);

    assertThat(report.unindexed()).isEqualTo(2);
    assertThat(report.ghosts()).isEqualTo(2);
    assertThat(report.marked() + report.removed()).isZero();
    assertThat(library.sync().isIdle()).isTrue();
    assertThat(verify().ghost()).isEqualTo(2);
  }

  @Test
  void mendingAndASyncLeaveNoDifference() throws IOException {
    Lease lease = library.table.lease("reconcile", Duration.ofSeconds(30), library.clock);

    ReconcileReport report = reconciler().mend(SyncProgress.SILENT, lease);

    assertThat(report.marked()).isEqualTo(2);
    assertThat(report.removed()).isEqualTo(2);
    assertThat(library.sync().embedded()).isEqualTo(2);
    VerifyReport verified = verify();
    assertThat(verified.isTrue()).isTrue();
    assertThat(verified.rows()).isEqualTo(11);
  }
}
