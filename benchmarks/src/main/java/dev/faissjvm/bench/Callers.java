package dev.faissjvm.bench;

import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Threads that search one index at once, one query a call, each into arrays of its own. */
final class Callers implements Contestant {

  private static final int K = 10;

  private final VectorIndex index;
  private final SearchOptions options;
  private final int callers;
  private final int calls;
  private final float[][] queries;
  private double createdThreads;

  Callers(VectorIndex index, VectorFile queries, String parameters, int callers, int calls)
      throws IOException {
    this.index = index;
    this.options = SearchOptions.parse(parameters);
    this.callers = callers;
    this.calls = calls;
    this.queries = new float[queries.count()][];
    for (int i = 0; i < this.queries.length; i++) {
      this.queries[i] = queries.rows(i, 1);
    }
  }

  @Override
  public String name() {
    return callers == 1 ? "1 caller" : callers + " callers";
  }

  @Override
  public double sample() throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      each(threads, 1); // starts the threads
      long before = threads();
      long started = System.nanoTime();
      each(threads, calls);
      double seconds = (System.nanoTime() - started) / 1e9;
      createdThreads = threads() - before;
      return callers * calls / seconds;
    } finally {
      threads.shutdown();
    }
  }

  private void each(ExecutorService threads, int times) throws IOException {
    List<Future<?>> running = new ArrayList<>();
    for (int caller = 0; caller < callers; caller++) {
      int first = caller * calls;
      running.add(threads.submit(() -> search(first, times)));
    }
    try {
      for (Future<?> caller : running) {
        caller.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void search(int first, int times) {
    float[] distances = new float[K];
    long[] ids = new long[K];
    for (int i = 0; i < times; i++) {
      index.search(queries[(first + i) % queries.length], K, options, distances, ids);
    }
  }

  /** Threads of the process that the searches brought about. */
  @Override
  public Map<String, Double> beside() {
    return Map.of("new threads", createdThreads);
  }

  private static long threads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count();
    }
  }
}
