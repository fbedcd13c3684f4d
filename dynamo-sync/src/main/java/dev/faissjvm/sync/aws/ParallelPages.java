package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.RowPages;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Several listings read at once, handed over in turn: a page of the first, a page of the second,
 * and so on, so that the order does not depend on the threads.
 *
 * <p>Each listing is at most one page ahead of what was asked for. The threads end with the last
 * page, or with {@link #close}.
 */
final class ParallelPages<T> implements RowPages<T> {

  private static final int MAX_THREADS = 8;

  private final ExecutorService threads;
  private final Queue<Ahead<T>> turns = new ArrayDeque<>();

  ParallelPages(List<? extends RowPages<T>> listings) {
    this.threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(MAX_THREADS, listings.size())),
            work -> {
              Thread thread = new Thread(work, "faissjvm-list");
              thread.setDaemon(true);
              return thread;
            });
    for (RowPages<T> listing : listings) {
      turns.add(new Ahead<>(listing, threads.submit(listing::next)));
    }
  }

  /** A listing and its next page. */
  private record Ahead<T>(RowPages<T> listing, Future<Optional<List<T>>> page) {}

  @Override
  public Optional<List<T>> next() {
    for (Ahead<T> turn = turns.poll(); turn != null; turn = turns.poll()) {
      Optional<List<T>> page = await(turn.page());
      if (page.isPresent()) {
        turns.add(new Ahead<>(turn.listing(), threads.submit(turn.listing()::next)));
        return page;
      }
    }
    threads.shutdown();
    return Optional.empty();
  }

  private Optional<List<T>> await(Future<Optional<List<T>>> page) {
    try {
      return page.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("listing: expected a page, got " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("listing: expected time to wait, got an interruption", e);
    }
  }

  @Override
  public void close() {
    turns.clear();
    threads.shutdown();
  }
}
