package dev.faissjvm.lambda;

import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.search.SearchRouter;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Model and index of the search function, opened by the first who asks; a failure is not kept, and
 * the next one tries again.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Ownership.</b> Open until the process ends.
 */
final class OpenIndex {

  private final Settings settings;
  private final LazyEmbedder embedder;
  private final @Nullable SnapshotFollower snapshots;
  private @Nullable SearchService service;
  private @Nullable SearchRouter router;

  OpenIndex(Settings settings) {
    this.settings = settings;
    this.embedder = Models.embedder(settings);
    S3Address address = settings.snapshots();
    this.snapshots =
        address == null
            ? null
            : new SnapshotFollower(
                settings.index(),
                settings.refresh(),
                () -> Snapshots.store(address),
                System::nanoTime);
  }

  synchronized SearchRouter router() throws IOException {
    boolean newer = snapshots != null && snapshots.look();
    if (newer && service != null) {
      service.refresh();
    }
    SearchRouter open = router;
    if (open == null) {
      if (isThere()) {
        embedder.loadBeside();
      }
      // The service lives as long as the process does.
      SearchService opened = SearchService.open(settings.index(), embedder);
      service = opened;
      open = new SearchRouter(opened, embedder);
      // Now, while the process starts, and not with the first question.
      embedder.load();
      router = open;
    }
    return open;
  }

  /** Says whether the maker has made an index. */
  boolean isThere() {
    try {
      return IndexFolder.of(settings.index()).lastCommit().isPresent();
    } catch (IOException | RuntimeException e) {
      return true;
    }
  }
}
