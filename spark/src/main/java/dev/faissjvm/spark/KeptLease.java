package dev.faissjvm.spark;

import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.Lease;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A lease that is held for as long as a job takes: a thread of its own prolongs it.
 *
 * <p><b>Ownership.</b> {@link #close} gives the lease back.
 */
final class KeptLease implements AutoCloseable {

  private final Lease lease;
  private final Fence fence;
  private final ScheduledExecutorService thread;
  private final ScheduledFuture<?> looks;
  private final AtomicReference<@Nullable RuntimeException> lost = new AtomicReference<>();

  private KeptLease(Lease lease, Fence fence, Duration every) {
    this.lease = lease;
    this.fence = fence;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread own = new Thread(work, "faissjvm-lease");
              own.setDaemon(true);
              return own;
            });
    this.looks =
        thread.scheduleWithFixedDelay(
            this::prolong, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Takes a lease, and looks after it so often. */
  static KeptLease take(Lease lease, Duration every) {
    return new KeptLease(lease, lease.acquire(), every);
  }

  private void prolong() {
    try {
      lease.check(fence);
    } catch (TransientSyncException e) {
      // The next look may succeed; if none does in time, the lease says so itself.
      return;
    } catch (RuntimeException e) {
      lost.compareAndSet(null, e);
    }
  }

  Fence fence() {
    return fence;
  }

  /** Throws if the lease is lost. */
  void check() {
    RuntimeException failure = lost.get();
    if (failure != null) {
      throw failure;
    }
  }

  /** Makes sure at this moment that the lease is held. */
  void checkNow() {
    check();
    lease.check(fence);
  }

  @Override
  public void close() {
    looks.cancel(false);
    thread.shutdown();
    lease.release(fence);
  }
}
