package dev.faissjvm.sync.publish;

import dev.faissjvm.sync.testing.SnapshotStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** A folder keeps the contract of a store. */
class FolderSnapshotStoreTest extends SnapshotStoreContract {

  @TempDir Path folder;

  @Override
  protected SnapshotStore emptyStore() {
    return FolderSnapshotStore.of(folder.resolve("store"));
  }
}
