package dev.faissjvm.sync;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Brings an index up to its table: every row that was pending when the run began is searchable, and
 * no longer pending, when it ends.
 *
 * <p><b>Order.</b> List pending keys; read the rows consistently; embed what is new; put it into
 * the index; commit durably; only then settle each row, on condition that it is still the one that
 * was read. A crash at any point leaves rows pending that are indexed already, never the other way
 * round, and the next run finds them unchanged. The listing is repeated while there was something
 * to do.
 *
 * <p>Where nothing is pending the run ends after one call to the table, without lease or index.
 *
 * <p><b>Threads.</b> One {@link #run} at a time for an instance; {@link #stop} may be called by any
 * thread. The progress listener hears from several threads, one at a time.
 *
 * <p><b>Ownership.</b> Everything given to the constructor stays the caller's. The index is open
 * for changing during a run only.
 *
 * <p><b>Errors.</b> A {@link dev.faissjvm.sync.change.SyncException} by what to do next, an {@link
 * IOException} from the file system. What was not settled is still pending: run again.
 *
 * <pre>{@code
 * SyncRun run =
 *     new SyncRun(
 *         table.pendingRows(mapping), lease, mapping, embedder, IndexFolder.of(Path.of("index")));
 * SyncReport report = run.run(SyncProgress.SILENT);
 * }</pre>
 */
public final class SyncRun {

  private final PendingRows rows;
  private final Lease lease;
  private final DocumentMapping mapping;
  private final Embedder<String> embedder;
  private final IndexHome index;
  private final AtomicReference<@Nullable StopSignal> running = new AtomicReference<>();
  private SyncOptions options = SyncOptions.standard();
  private RunMeter meter = new RunMeter(Metrics.NONE);

  /**
   * Joins the parts of a run. Nothing is read or opened yet; one instance can run many times.
   *
   * @param rows the table's pending rows
   * @param lease the right to write the index
   * @param mapping what is taken from a row
   * @param embedder the model
   * @param index where the index lives
   */
  public SyncRun(
      PendingRows rows,
      Lease lease,
      DocumentMapping mapping,
      Embedder<String> embedder,
      IndexHome index) {
    this.rows = rows;
    this.lease = lease;
    this.mapping = mapping;
    this.embedder = embedder;
    this.index = index;
  }

  /**
   * {@return a run with other options}
   *
   * @param other how to go about the work
   */
  public SyncRun with(SyncOptions other) {
    SyncRun run = new SyncRun(rows, lease, mapping, embedder, index);
    run.options = other;
    run.meter = meter;
    return run;
  }

  /**
   * {@return a run that tells how it ends, and how long its commits take}
   *
   * @param metrics hears the {@link dev.faissjvm.sync.metrics.Metric}s of runs
   */
  public SyncRun with(Metrics metrics) {
    SyncRun run = with(options);
    run.meter = new RunMeter(metrics);
    return run;
  }

  /**
   * Indexes what is pending.
   *
   * @param progress hears how far the run is
   * @return what was done; {@code stopped} if the run was asked to, or its thread was interrupted
   * @throws IOException if the index cannot be read or written
   * @throws IllegalStateException if this instance is running already
   */
  public SyncReport run(SyncProgress progress) throws IOException {
    StopSignal stop = new StopSignal(options.maxTime());
    if (!running.compareAndSet(null, stop)) {
      throw new IllegalStateException("run: expected one at a time, got a second one");
    }
    RunParts parts = new RunParts(options, new RunTally(progress), stop);
    try {
      SyncReport report = OwnThread.call(() -> runOnce(parts), stop::ask);
      meter.ended(report, index);
      return report;
    } catch (IOException | RuntimeException e) {
      meter.failed();
      throw e;
    } finally {
      running.set(null);
      parts.tally().tellNow();
    }
  }

  /** Asks a running {@link #run} to stop at the next safe point. Does nothing where none runs. */
  public void stop() {
    StopSignal stop = running.get();
    if (stop != null) {
      stop.ask();
    }
  }

  private SyncReport runOnce(RunParts parts) throws IOException {
    try (RowPages<RowKey> pages = rows.candidates()) {
      Optional<List<RowKey>> first = firstPage(pages);
      if (first.isEmpty() && index.lastCommit().isPresent()) {
        return parts.tally().report(1, parts.stop().isSet());
      }
      Fence fence = lease.acquire();
      try {
        return runHolding(fence, first, pages, parts);
      } finally {
        lease.release(fence);
      }
    }
  }

  private SyncReport runHolding(
      Fence fence, Optional<List<RowKey>> first, RowPages<RowKey> pages, RunParts parts)
      throws IOException {
    CommitGuard guard = new CommitGuard(lease, fence, meter.metrics());
    try (IndexStore store =
        index.open(
            new IndexHome.Writer(fence, embedder.fingerprint(), embedder.dimension(), mapping))) {
      if (first.isEmpty()) {
        guard.commit(store);
        return parts.tally().report(1, parts.stop().isSet());
      }
      pass(store, guard, parts).run(first.get(), pages);
      int passes = 1;
      boolean more = true;
      while (more && passes < options.maxPasses() && !parts.stop().isSet()) {
        passes++;
        more = passAgain(store, guard, parts);
      }
      // A run that is out of time leaves merges to the next one: they may take longer than it has.
      if (parts.tally().commits.get() > 0 && !parts.stop().isSet()) {
        guard.check();
        store.tidy();
      }
      return parts.tally().report(passes, parts.stop().isSet());
    }
  }

  private boolean passAgain(IndexStore store, CommitGuard guard, RunParts parts)
      throws IOException {
    long before = parts.tally().done();
    try (RowPages<RowKey> pages = rows.candidates()) {
      Optional<List<RowKey>> first = firstPage(pages);
      if (first.isEmpty()) {
        return false;
      }
      pass(store, guard, parts).run(first.get(), pages);
    }
    return parts.tally().done() > before;
  }

  private SyncPass pass(IndexStore store, CommitGuard guard, RunParts parts) {
    return new SyncPass(
        rows, new DocumentEmbedder(embedder), new RowPlanner(mapping, store), parts, guard);
  }

  private static Optional<List<RowKey>> firstPage(RowPages<RowKey> pages) {
    Optional<List<RowKey>> page = pages.next();
    while (page.isPresent() && page.get().isEmpty()) {
      page = pages.next();
    }
    return page;
  }
}
