package dev.faissjvm.embedder;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads that the calls of one embedder share.
 *
 * <p><b>Threads.</b> Safe for use by many threads. A run returns only when nothing of it is running
 * any more.
 */
final class Workers implements AutoCloseable {
  /** More would be a mistake. */
  static final int MAX_THREADS = 1024;

  private final int threads;
  private final ExecutorService pool;

  Workers(int threads) {
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "embedder-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Returns how many threads there are. */
  int threads() {
    return threads;
  }

  /** Told how many inputs of a run are done. */
  interface Done {
    void done(int inputs);
  }

  /**
   * Runs tasks on the workers and waits for them. Each says how many inputs it finished; the sum is
   * passed on by the calling thread. After a failure no further task starts.
   *
   * @throws CancellationException if the calling thread is interrupted; it stays interrupted
   */
  void run(int tasks, IntFunction<Integer> task, Done progress) {
    int parts = Math.min(threads, tasks);
    BlockingQueue<Integer> finished = new ArrayBlockingQueue<>(tasks + parts + 1);
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Runnable part =
        () -> {
          try {
            for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
              finished.add(task.apply(i));
            }
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
            next.set(tasks);
          } finally {
            finished.add(-1);
          }
        };
    for (int i = 0; i < parts; i++) {
      pool.execute(part);
    }
    await(parts, finished, next, tasks, progress, failure);
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  private static void await(
      int parts,
      BlockingQueue<Integer> finished,
      AtomicInteger next,
      int tasks,
      Done progress,
      AtomicReference<@Nullable Throwable> failure) {
    int running = parts;
    int done = 0;
    boolean interrupted = false;
    while (running > 0) {
      try {
        int inputs = finished.take();
        if (inputs < 0) {
          running--;
        } else if (failure.get() == null) {
          done += inputs;
          progress.done(done);
        }
      } catch (InterruptedException e) {
        interrupted = true;
        failure.compareAndSet(
            null, new CancellationException("embedding: interrupted; doneInWindow=" + done));
        next.set(tasks);
      } catch (RuntimeException e) { // the caller's progress gave up
        failure.compareAndSet(null, e);
        next.set(tasks);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the threads; must not overlap a run. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
