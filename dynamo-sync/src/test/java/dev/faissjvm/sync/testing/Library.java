package dev.faissjvm.sync.testing;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A table in memory, an index in a folder, and the sync between them. */
public final class Library {

  public final InMemoryTable table;
  public final FakeClock clock = new FakeClock();
  public final DocumentMapping mapping;
  public final Embedder<String> embedder;
  public final Path folder;

  public Library(Path folder, DocumentMapping mapping, Embedder<String> embedder) {
    this.folder = folder;
    this.table = new InMemoryTable(mapping);
    this.mapping = mapping;
    this.embedder = embedder;
  }

  public SyncReport sync() throws IOException {
    return new SyncRun(
            table,
            table.lease("library", Duration.ofSeconds(30), clock),
            mapping,
            embedder,
            IndexFolder.of(folder))
        .run(SyncProgress.SILENT);
  }
}
