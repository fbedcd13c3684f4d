package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Indexes of one dimension and metric under one owner and one lock of their own, around those of
 * each: what several of them answer belongs to one state of all.
 */
final class Parts implements AutoCloseable {
  private static final long IDLE_SECONDS = 10; // then a thread that helped ends

  private final List<VectorIndex> indexes;
  private final ThreadPoolExecutor helpers;
  private final NativeHandle handle;
  private volatile int threads = 1;

  Parts(String what, VectorIndex... given) {
    this.indexes = List.of(given);
    checkTogether(what, indexes);
    ThreadPoolExecutor pool = helpers(what, Math.max(1, given.length - 1));
    this.helpers = pool;
    List<VectorIndex> owned = indexes;
    this.handle =
        new NativeHandle(
            what,
            () -> {
              pool.shutdown();
              owned.forEach(VectorIndex::close);
            });
  }

  static void checkTogether(String what, List<VectorIndex> indexes) {
    if (indexes.isEmpty()) {
      throw new IllegalArgumentException(what + ": expected at least one index, got none");
    }
    if (new HashSet<>(indexes).size() < indexes.size()) {
      throw new IllegalArgumentException(what + ": expected each index once, got one twice");
    }
    requireSame(what, "dimension", indexes, VectorIndex::dimension);
    requireSame(what, "metric", indexes, VectorIndex::metric);
    requireSame(what, "trained", indexes, VectorIndex::isTrained);
  }

  static void requireSame(
      String what, String name, List<VectorIndex> indexes, Function<VectorIndex, Object> property) {
    for (VectorIndex index : indexes) {
      Object expected = property.apply(indexes.get(0));
      Object got = property.apply(index);
      if (!got.equals(expected)) {
        throw new IllegalArgumentException(
            what + ": expected one " + name + ", got " + expected + " and " + got);
      }
    }
  }

  private static ThreadPoolExecutor helpers(String what, int most) {
    return new ThreadPoolExecutor(
        0,
        most,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "faiss-" + what);
          thread.setDaemon(true);
          return thread;
        },
        new ThreadPoolExecutor.CallerRunsPolicy());
  }

  List<VectorIndex> indexes() {
    return indexes;
  }

  int size() {
    return indexes.size();
  }

  void setThreads(int newThreads) {
    threads = Checks.threads(newThreads);
  }

  /** Asks every index, together with others who ask, so many at once. */
  <T> List<T> ask(int atOnce, IntFunction<T> question) {
    return ask(() -> each(atOnce, question));
  }

  /** Asks the indexes, together with others who ask. */
  <T> T ask(Supplier<T> question) {
    long stamp = handle.enter();
    try {
      return question.get();
    } finally {
      handle.exit(stamp);
    }
  }

  /** Changes the indexes alone. */
  <T> T change(Supplier<T> change) {
    long stamp = handle.enterAlone();
    try {
      return change.get();
    } finally {
      handle.exit(stamp);
    }
  }

  /** Runs a task for every index, as many at once as {@link #setThreads} says. */
  <T> List<T> each(IntFunction<T> task) {
    return each(threads, task);
  }

  /** Runs a task for every index, so many at once. */
  <T> List<T> each(int atOnce, IntFunction<T> task) {
    Work<T> work = new Work<>(task, size());
    List<Future<?>> running = new ArrayList<>();
    for (int helper = 1; helper < Math.min(atOnce, size()); helper++) {
      running.add(helpers.submit(work));
    }
    work.run();
    running.forEach(Parts::await);
    return work.results();
  }

  /**
   * The caller's locks must not be left while a helper works: an interruption is kept for later.
   */
  private static void await(Future<?> helper) {
    boolean interrupted = false;
    while (true) {
      try {
        helper.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e); // Work keeps what its tasks throw
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    handle.close();
  }

  /** One task for each of n, taken by whoever is free; what fails does not keep others from it. */
  private static final class Work<T> implements Runnable {
    private final IntFunction<T> task;
    private final Object[] results;
    private final AtomicInteger next = new AtomicInteger();
    private final List<Throwable> failures = new ArrayList<>();

    private Work(IntFunction<T> task, int n) {
      this.task = task;
      this.results = new Object[n];
    }

    @Override
    public void run() {
      for (int i = next.getAndIncrement(); i < results.length; i = next.getAndIncrement()) {
        try {
          results[i] = task.apply(i);
        } catch (RuntimeException | Error e) {
          synchronized (failures) {
            failures.add(e);
          }
        }
      }
    }

    @SuppressWarnings("unchecked") // each was put there by a task
    private List<T> results() {
      synchronized (failures) {
        if (!failures.isEmpty()) {
          Throwable first = failures.get(0);
          failures.stream().skip(1).filter(more -> more != first).forEach(first::addSuppressed);
          if (first instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) first;
        }
      }
      return (List<T>) Arrays.asList(results);
    }
  }
}
