package dev.faissjvm.sync.index;

import dev.faissjvm.sync.testing.IndexStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, of an index in a folder. */
class LuceneIndexStoreTest extends IndexStoreContract {

  @TempDir private Path folder;

  @Override
  protected IndexHome emptyIndex() {
    return IndexFolder.of(folder);
  }
}
