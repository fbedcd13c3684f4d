package dev.faissjvm.lambda;

import dev.faissjvm.sync.change.SyncException;
import dev.faissjvm.sync.publish.SnapshotReader;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the search function's own copy of the index at the newest snapshot.
 *
 * <p>Lambda stops a process between two requests, so nothing can look in the background: a request
 * looks first, if the last look is long enough ago. What it finds is fetched then, new files only.
 * Once there is an index, a look that fails is said in the log and the index is searched as it is.
 *
 * <p><b>Threads.</b> One call at a time.
 */
final class SnapshotFollower {

  private final Path index;
  private final Duration interval;
  private final Supplier<SnapshotStore> store;
  private final LongSupplier nanoTime;
  private @Nullable SnapshotReader reader;
  private boolean whole;
  private long lookedNanos;
  private long number;

  SnapshotFollower(
      Path index, Duration interval, Supplier<SnapshotStore> store, LongSupplier nanoTime) {
    this.index = index;
    this.interval = interval;
    this.store = store;
    this.nanoTime = nanoTime;
  }

  /**
   * Looks for a newer snapshot, if it is time to.
   *
   * @return whether there is a newer one now
   */
  boolean look() throws IOException {
    long now = nanoTime.getAsLong();
    if (whole && now - lookedNanos < interval.toNanos()) {
      return false;
    }
    try {
      SnapshotReader open = reader;
      if (open == null) {
        open = SnapshotReader.of(store.get(), index);
        reader = open;
      }
      long newest = open.refresh().number();
      open.problems().forEach(problem -> System.err.println("snapshot passed over: " + problem));
      boolean newer = newest != number;
      number = newest;
      whole = true;
      return newer;
    } catch (IOException | SyncException e) {
      if (!whole) {
        throw e;
      }
      System.err.println("snapshot: the one before is searched: " + e);
      return false;
    } finally {
      lookedNanos = nanoTime.getAsLong();
    }
  }
}
