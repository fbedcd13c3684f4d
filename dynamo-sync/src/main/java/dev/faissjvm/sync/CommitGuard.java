package dev.faissjvm.sync;

import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.Metric;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.time.Duration;

/** Commits only while the lease is held, and tells how long it takes. */
record CommitGuard(Lease lease, Fence fence, Metrics metrics) {

  void check() {
    lease.check(fence);
  }

  Commit commit(IndexStore store) throws IOException {
    check();
    long started = System.nanoTime();
    return timed(store.commit(), started);
  }

  /** Puts an index that was being rebuilt in the place of the one before. */
  Commit complete(IndexStore store) throws IOException {
    check();
    long started = System.nanoTime();
    return timed(store.complete(), started);
  }

  private Commit timed(Commit commit, long startedNanos) {
    metrics.record(Metric.COMMIT, Duration.ofNanos(System.nanoTime() - startedNanos));
    return commit;
  }
}
