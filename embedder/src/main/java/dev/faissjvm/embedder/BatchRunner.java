package dev.faissjvm.embedder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
 * Many texts through a model on all cores: a window of texts is tokenized, sorted by length, cut
 * into batches of a number of tokens, and the batches are taken by as many workers as there are
 * cores, one thread each. Sequences of like length in one batch are what makes attention cheap, and
 * the longest batch goes first so that no worker is left with it at the end.
 *
 * <p><b>Threads.</b> Safe for use by many threads; their work shares the workers. A call returns
 * only when nothing of it is running any more.
 */
final class BatchRunner implements AutoCloseable {
  /** Texts looked at together; bounds the memory of a call, and is enough to sort well. */
  static final int WINDOW = 4096;

  private static final int TOKENIZER_SLICE = 64;

  private final TextModel model;
  private final int batchTokens;
  private final int threads;
  private final ExecutorService workers;

  BatchRunner(TextModel model, int batchTokens, int threads) {
    this.model = model;
    this.batchTokens = batchTokens;
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.workers =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "embedder-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Embeds texts in their order.
   *
   * @throws CancellationException if the calling thread is interrupted; it stays interrupted
   */
  float[][] run(List<String> texts, int promptTokens, Progress progress) {
    float[][] vectors = new float[texts.size()][];
    for (int start = 0; start < texts.size(); start += WINDOW) {
      int end = Math.min(start + WINDOW, texts.size());
      int before = start;
      float[][] rows =
          window(
              texts.subList(start, end),
              promptTokens,
              done -> progress.embedded(before + done, texts.size()));
      System.arraycopy(rows, 0, vectors, start, rows.length);
    }
    return vectors;
  }

  private float[][] window(List<String> texts, int promptTokens, WindowProgress progress) {
    int[][] tokens = new int[texts.size()][];
    int slices = (texts.size() + TOKENIZER_SLICE - 1) / TOKENIZER_SLICE;
    parallel(
        slices,
        slice -> {
          int end = Math.min((slice + 1) * TOKENIZER_SLICE, tokens.length);
          for (int i = slice * TOKENIZER_SLICE; i < end; i++) {
            tokens[i] = model.tokens(texts.get(i));
          }
          return 0;
        },
        done -> {});
    List<int[]> batches = batches(tokens);
    float[][] vectors = new float[tokens.length][];
    parallel(
        batches.size(),
        b -> {
          int[] members = batches.get(b);
          List<int[]> sequences = new ArrayList<>(members.length);
          for (int member : members) {
            sequences.add(tokens[member]);
          }
          float[][] rows = model.vectors(sequences, promptTokens);
          for (int i = 0; i < members.length; i++) {
            vectors[members[i]] = rows[i];
          }
          return members.length;
        },
        progress);
    return vectors;
  }

  /** Cuts a window into batches of neighbours in length, the longest first. */
  private List<int[]> batches(int[][] tokens) {
    long[] byLength = new long[tokens.length];
    for (int i = 0; i < byLength.length; i++) {
      byLength[i] = (long) tokens[i].length << 32 | i;
    }
    Arrays.sort(byLength);
    List<int[]> batches = new ArrayList<>();
    int end = byLength.length;
    while (end > 0) {
      int start = end;
      long total = 0;
      while (start > 0 && (start == end || total + (byLength[start - 1] >>> 32) <= batchTokens)) {
        start--;
        total += byLength[start] >>> 32;
      }
      int[] members = new int[end - start];
      for (int i = 0; i < members.length; i++) {
        members[i] = (int) byLength[start + i];
      }
      batches.add(members);
      end = start;
    }
    return batches;
  }

  /** Told how many texts of a window are done. */
  private interface WindowProgress {
    void done(int texts);
  }

  /**
   * Runs tasks on the workers and waits for them. Each says how many texts it finished; the sum is
   * passed on by the calling thread. After a failure no further task starts.
   */
  private void parallel(int tasks, IntFunction<Integer> task, WindowProgress progress) {
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
      workers.execute(part);
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
      WindowProgress progress,
      AtomicReference<@Nullable Throwable> failure) {
    int running = parts;
    int done = 0;
    boolean interrupted = false;
    while (running > 0) {
      try {
        int texts = finished.take();
        if (texts < 0) {
          running--;
        } else if (failure.get() == null) {
          done += texts;
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

  /** Ends the workers; must not overlap a call. */
  @Override
  public void close() {
    workers.shutdown();
  }
}
