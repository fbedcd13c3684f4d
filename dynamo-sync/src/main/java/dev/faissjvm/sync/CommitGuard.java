package dev.faissjvm.sync;

import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.Lease;
import java.io.IOException;

/** Commits only while the lease is held. */
record CommitGuard(Lease lease, Fence fence) {

  void check() {
    lease.check(fence);
  }

  Commit commit(IndexStore store) throws IOException {
    check();
    return store.commit();
  }
}
