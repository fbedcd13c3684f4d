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

  /** Some threads, the caller's among them, for work that each of them takes parts of. */
  interface Team {
    int threads();

    /**
     * Runs the same on each of them that is free, and on the caller's in any case; returns when all
     * have left.
     *
     * @param part takes parts of the work until there are none, and throws nothing
     */
    void run(Runnable part);
  }

  /** Returns a team; workers that are busy do not join it. */
  Team team(int size) {
    return new Team() {
      @Override
      public int threads() {
        return size;
      }

      @Override
      public void run(Runnable part) {
        Helper[] helpers = new Helper[size - 1];
        for (int i = 0; i < helpers.length; i++) {
          helpers[i] = new Helper(part);
          pool.execute(helpers[i]);
        }
        part.run();
        for (Helper helper : helpers) {
          helper.await();
        }
      }
    };
  }

  /** Runs something unless it comes too late. */
  private static final class Helper implements Runnable {
    private static final int SPINS = 1000;

    private enum State {
      WAITING,
      RUNNING,
      DONE
    }

    private final Runnable part;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    Helper(Runnable part) {
      this.part = part;
    }

    @Override
    public void run() {
      if (state.compareAndSet(State.WAITING, State.RUNNING)) {
        part.run();
        state.set(State.DONE);
      }
    }

    /** The work is done when this is called, so whoever has begun is about to leave. */
    @SuppressWarnings("ThreadPriorityCheck") // for whoever may have lost its core meanwhile
    void await() {
      if (!state.compareAndSet(State.WAITING, State.DONE)) {
        for (int spins = 0; state.get() != State.DONE; spins++) {
          if (spins < SPINS) {
            Thread.onSpinWait();
          } else {
            Thread.yield();
          }
        }
      }
    }
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
