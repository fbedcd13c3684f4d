package dev.faissjvm.spark;

import dev.faissjvm.sync.publish.SnapshotReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Brings shards to this machine, some at once, and hands them over in their order.
 *
 * <p><b>Ownership.</b> A folder that was handed over is the caller's to delete; {@link #close} ends
 * the threads.
 */
final class ShardFetch implements AutoCloseable {

  /** Shards on the way or waiting: what the scratch folder must have room for. */
  private static final int AHEAD = 4;

  private static final long END_SECONDS = 600;

  private final WorkPlace work;
  private final Path scratch;
  private final int partitions;
  private final ExecutorService threads = Executors.newFixedThreadPool(AHEAD);
  private final Queue<Future<Path>> fetched = new ArrayDeque<>();
  private int asked;

  ShardFetch(WorkPlace work, Path scratch, int partitions) {
    this.work = work;
    this.scratch = scratch;
    this.partitions = partitions;
  }

  /** Returns the folder of the next shard; there is one for each partition. */
  Path next() throws IOException {
    while (asked < partitions && fetched.size() < AHEAD) {
      int partition = asked++;
      fetched.add(threads.submit(() -> fetch(partition)));
    }
    try {
      return fetched.remove().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("shard: expected time to fetch it, got interrupted", e);
    }
  }

  private Path fetch(int partition) throws IOException {
    Path folder = scratch.resolve("shard-" + partition);
    SnapshotReader.of(work.shard(partition), folder).refresh();
    return folder;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("fetch: expected it to end in " + END_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
