package dev.faissjvm.sync;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One listing of the pending rows, dealt with from end to end.
 *
 * <pre>
 *   list keys --> read and plan (readThreads) --> embed (2 calls) --> index, commit --> settle (clearThreads)
 * </pre>
 *
 * <p>Each arrow is a bounded queue, so the embedder works while the others do; with two calls at it
 * there is a next batch when one ends. A key is in the line once at a time: were it in twice, an
 * older state could be taken for the newer. When a stage fails the others give up; what is not
 * settled stays pending.
 */
final class SyncPass {

  private static final int LISTED_KEYS = 200_000;
  private static final int SMALL_BATCH = 256;
  private static final int BATCH_CHARS = 512 * 1024;
  private static final int EMBED_CALLS = 2;
  private static final int EMBEDDED_BATCHES = 4;

  private final PendingRows rows;
  private final SyncOptions options;
  private final RunTally tally;
  private final StopSignal stop;
  private final RowPlanner planner;
  private final IndexingStage indexing;
  private final EmbeddingStage embedding;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Set<RowKey> inLine = ConcurrentHashMap.newKeySet();
  private long listed;
  private volatile long listedInAll = Long.MAX_VALUE;
  private volatile long charsARow = BATCH_CHARS / SMALL_BATCH;

  SyncPass(
      PendingRows rows,
      DocumentEmbedder embedder,
      RowPlanner planner,
      RunParts parts,
      CommitGuard guard) {
    this.rows = rows;
    this.options = parts.options();
    this.tally = parts.tally();
    this.stop = parts.stop();
    this.planner = planner;
    this.embedding = new EmbeddingStage(embedder, planner.mapping(), tally);
    Settler settler = new Settler(rows, tally, inLine, options.clearThreads());
    this.indexing = new IndexingStage(planner.store(), guard, settler, parts);
  }

  /** Deals with the keys of a first page and of all pages after it. */
  void run(List<RowKey> firstPage, RowPages<RowKey> more) throws IOException {
    KeyQueue keys =
        new KeyQueue(
            LISTED_KEYS, Math.min(SMALL_BATCH, options.batchRows()), this::batchRows, this::isOver);
    Pipe<Future<List<RowPlan>>> planned = new Pipe<>(options.readThreads(), this::isOver);
    Pipe<EmbeddedBatch> embedded = new Pipe<>(EMBEDDED_BATCHES, this::isGivenUp);
    CountDownLatch embedding = new CountDownLatch(EMBED_CALLS);
    ExecutorService stages =
        Executors.newFixedThreadPool(2 + EMBED_CALLS, StageThreads.named("stage"));
    ExecutorService readers =
        Executors.newFixedThreadPool(options.readThreads(), StageThreads.named("read"));
    try {
      stages.execute(stage(() -> list(firstPage, more, keys), keys::end));
      stages.execute(stage(() -> read(keys, planned, readers), planned::end));
      for (int i = 0; i < EMBED_CALLS; i++) {
        stages.execute(stage(() -> embed(planned, embedded), () -> end(embedded, embedding)));
      }
      stage(() -> indexing.run(embedded, () -> listedInAll), () -> {}).run();
      embedding.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("sync: expected no interruption of its own thread", e);
    } finally {
      stages.shutdownNow();
      readers.shutdownNow();
      awaitEnd(stages);
      awaitEnd(readers);
      indexing.close();
    }
    rethrow();
  }

  private boolean isGivenUp() {
    return failure.get() != null;
  }

  private boolean isOver() {
    return isGivenUp() || stop.isSet();
  }

  /** A stage that says when it has ended, and makes the others give up if it fails. */
  private Runnable stage(Stage body, Runnable ended) {
    return () -> {
      try {
        body.run();
      } catch (ExecutionException e) {
        failure.compareAndSet(null, e.getCause() == null ? e : e.getCause());
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
      } finally {
        ended.run();
      }
    };
  }

  /** Ends the pipe with the last of the calls that fill it. */
  private static void end(Pipe<EmbeddedBatch> filled, CountDownLatch calls) {
    calls.countDown();
    if (calls.getCount() == 0) {
      filled.end();
    }
  }

  private void list(List<RowKey> firstPage, RowPages<RowKey> more, KeyQueue keys)
      throws InterruptedException {
    Optional<List<RowKey>> page = Optional.of(firstPage);
    while (page.isPresent() && !isOver()) {
      List<RowKey> fresh = page.get().stream().filter(inLine::add).toList();
      listed += fresh.size();
      keys.give(fresh);
      page = more.next();
    }
    listedInAll = listed;
    tally.listed(listed);
  }

  private void read(KeyQueue keys, Pipe<Future<List<RowPlan>>> planned, ExecutorService readers)
      throws InterruptedException {
    for (Optional<List<RowKey>> next = keys.take(); next.isPresent(); next = keys.take()) {
      List<RowKey> batch = next.get();
      planned.give(readers.submit(() -> plan(batch)));
    }
  }

  private List<RowPlan> plan(List<RowKey> batch) throws IOException {
    List<Row> pending = new ArrayList<>(batch.size());
    Set<RowKey> notPending = ConcurrentHashMap.newKeySet();
    notPending.addAll(batch);
    for (Row row : rows.read(batch)) {
      if (row.pending()) {
        pending.add(row);
        notPending.remove(row.key());
      }
    }
    inLine.removeAll(notPending);
    tally.passedOver(notPending.size());
    List<RowPlan> plans = planner.plan(pending);
    plans.stream()
        .mapToLong(
            plan -> plan instanceof RowPlan.Embed embed ? embed.document().text().length() : 0)
        .average()
        .ifPresent(chars -> charsARow = 1 + (long) chars);
    return plans;
  }

  /** Few rows where texts are long: a stop waits for the calls that are under way. */
  private int batchRows() {
    return (int) Math.min(options.batchRows(), BATCH_CHARS / charsARow);
  }

  private void embed(Pipe<Future<List<RowPlan>>> planned, Pipe<EmbeddedBatch> embedded)
      throws InterruptedException, ExecutionException {
    for (Optional<Future<List<RowPlan>>> next = planned.take();
        next.isPresent();
        next = planned.take()) {
      embedded.give(embedding.embed(next.get().get()));
    }
  }

  private static void awaitEnd(ExecutorService threads) {
    while (!threads.isTerminated()) {
      try {
        threads.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException("sync: expected no interruption of its own thread", e);
      }
    }
  }

  private void rethrow() throws IOException {
    Throwable first = failure.get();
    if (first instanceof IOException io) {
      throw io;
    } else if (first instanceof RuntimeException runtime) {
      throw runtime;
    } else if (first instanceof Error error) {
      throw error;
    } else if (first != null) {
      throw new IllegalStateException("sync: expected no such failure", first);
    }
  }

  /** The body of a stage. */
  @FunctionalInterface
  private interface Stage {
    void run() throws Exception;
  }
}
