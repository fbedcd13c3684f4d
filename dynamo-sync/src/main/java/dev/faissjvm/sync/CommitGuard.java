package dev.faissjvm.sync;

import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.Metric;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.time.Duration;

/** Commits only while the lease is held. */
record CommitGuard(Lease lease, Fence fence, Metrics metrics) {

  CommitGuard(Lease lease, Fence fence) {
    this(lease, fence, Metrics.NONE);
  }

  void check() {
    lease.check(fence);
  }

  Commit commit(IndexStore store) throws IOException {
    check();
    long started = System.nanoTime();
    Commit commit = store.commit();
    metrics.record(Metric.COMMIT, Duration.ofNanos(System.nanoTime() - started));
    return commit;
  }
}
