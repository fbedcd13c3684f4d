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
  private @Nullable SearchRouter router;

  OpenIndex(Settings settings) {
    this.settings = settings;
    this.embedder = Models.embedder(settings);
  }

  synchronized SearchRouter router() throws IOException {
    SearchRouter open = router;
    if (open == null) {
      // The service lives as long as the process does.
      open = new SearchRouter(SearchService.open(settings.index(), embedder), embedder);
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
