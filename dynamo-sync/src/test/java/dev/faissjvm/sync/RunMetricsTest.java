package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.Metric;
import dev.faissjvm.sync.publish.FolderSnapshotStore;
import dev.faissjvm.sync.publish.Publisher;
import dev.faissjvm.sync.publish.SnapshotReader;
import dev.faissjvm.sync.publish.SnapshotStore;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import dev.faissjvm.sync.testing.Faults;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs, searches and snapshots tell of themselves. */
class RunMetricsTest {

  @TempDir Path folder;
  private final Map<String, Double> last = new HashMap<>();
  private int commits;
  private Library library;

  @BeforeEach
  void fill() {
    library =
        new Library(folder.resolve("index"), DocumentMapping.recipe(), new HashingEmbedder(16));
    library.table.put(RowKey.of("g", "a"), Map.of("content", "a text"));
    library.table.put(RowKey.of("g", "b"), Map.of("content", "another text"));
    library.table.put(RowKey.of("g", "none"), Map.of("other", "no text"));
  }

  private synchronized void record(Metric metric, double value) {
    last.put(metric.name() + metric.label(), value);
    commits += metric.equals(Metric.COMMIT) ? 1 : 0;
  }

  private SyncRun run(PendingRows rows) {
    Lease lease = library.table.lease("test", Duration.ofSeconds(30), library.clock);
    return new SyncRun(
            rows, lease, library.mapping, library.embedder, IndexFolder.of(library.folder))
        .with(this::record)
        .with(SyncOptions.standard());
  }

  @Test
  void aRunTellsItsCountsTimesAndTheSizeOfTheIndex() throws IOException {
    SyncReport report = run(library.table).run(SyncProgress.SILENT);

    assertThat(last)
        .containsEntry("rows_embedded", 2.0)
        .containsEntry("rows_parked", 1.0)
        .containsEntry("conflicts", 0.0)
        .containsEntry("rows_per_second", 3 / (report.took().toNanos() / 1e9))
        .containsEntry("index_bytes", (double) sizeOfLastCommit());
    assertThat(last.get("commit_seconds")).isPositive();
    assertThat(last.get("oldest_pending_age_seconds"))
        .isBetween(report.took().toNanos() / 1e9, 60.0);
  }

  /** The commit that put a new index in the place of the old one was told by nobody. */
  @Test
  void everyCommitOfARebuildIsTold() throws IOException {
    run(library.table).run(SyncProgress.SILENT);
    commits = 0;
    Lease lease = library.table.lease("test", Duration.ofSeconds(30), library.clock);

    SyncReport report =
        new SyncRun(
                library.table,
                lease,
                library.mapping,
                new HashingEmbedder(8),
                IndexFolder.of(library.folder))
            .rebuildingFrom(library.table)
            .with(this::record)
            .run(SyncProgress.SILENT);

    assertThat(report.rebuilt()).isTrue();
    assertThat(commits).isEqualTo(report.commits() + 1).isGreaterThan(1);
  }

  @Test
  void whatTakesRowsOutOrPutsVectorsInTellsItsCommits() throws IOException {
    run(library.table).run(SyncProgress.SILENT);
    RowKey gone = RowKey.of("g", "a");
    RowKey kept = RowKey.of("g", "b");
    library.table.vanish(gone);
    IndexFolder index = IndexFolder.of(library.folder);
    Lease lease = library.table.lease("test", Duration.ofSeconds(30), library.clock);
    commits = 0;

    new GoneRows(library.table, index).measuredBy(this::record).remove(List.of(gone, kept), lease);

    assertThat(commits).isEqualTo(1);
    assertThat(last).containsEntry("rows_removed", 1.0);
    library.table.vanish(kept);
    new Reconciler(
            library.table, library.table, library.table::touch, library.mapping, library.folder)
        .measuredBy(this::record)
        .mend(SyncProgress.SILENT, lease);
    assertThat(commits).isEqualTo(2);
    library.table.put(kept, Map.of("content", "another text"));
    List<float[]> vectors = List.of(library.embedder.embed("another text"));
    Iterator<List<VectorImport.Entry>> batches =
        List.of(List.of(new VectorImport.Entry(kept, "", vectors)), List.<VectorImport.Entry>of())
            .iterator();
    new VectorImport(library.table, library.mapping, library.embedder, index)
        .measuredBy(this::record)
        .run(batches::next, lease);
    assertThat(commits).isEqualTo(3);
  }

  private long sizeOfLastCommit() throws IOException {
    long size = 0;
    for (Path file : IndexFolder.of(library.folder).lastCommitFiles().orElseThrow().files()) {
      size += Files.size(file);
    }
    return size;
  }

  @Test
  void aFailedRunIsCountedAndTheAgeGrows() {
    Faults faults =
        new Faults(
            (call, moment) -> {
              throw new TransientSyncException("not now", null);
            });

    assertThatThrownBy(() -> run(faults.rows(library.table)).run(SyncProgress.SILENT))
        .isInstanceOf(TransientSyncException.class);

    assertThat(last).containsEntry("runs_failed", 1.0).containsKey("oldest_pending_age_seconds");
    assertThat(last).doesNotContainKey("rows_embedded");
  }

  @Test
  void searchesAndSnapshotsTellWhatTheyDid() throws IOException {
    run(library.table).run(SyncProgress.SILENT);
    SnapshotStore store = FolderSnapshotStore.of(folder.resolve("store"));
    Publisher.of(library.folder, store).measuredBy(this::record).publish();
    assertThat(last).containsEntry("snapshot_number", 1.0).containsKey("snapshot_bytes");
    last.clear();
    SnapshotReader reader = SnapshotReader.of(store, folder.resolve("local"));
    reader.measuredBy(this::record).refresh();
    assertThat(last).containsEntry("snapshot_number", 1.0).containsEntry("snapshot_files", 1.0);
    try (SearchService service =
        SearchService.open(folder.resolve("local"), library.embedder).measuredBy(this::record)) {
      service.search(SearchRequest.builder().text("text").mode(SearchMode.HYBRID).build());
    }
    assertThat(last)
        .containsEntry("index_rows", 3.0)
        .containsEntry("vectors_compared", 2.0)
        .containsKeys("search_secondsmode=\"hybrid\"", "query_embedding_seconds", "index_commit");
  }
}
