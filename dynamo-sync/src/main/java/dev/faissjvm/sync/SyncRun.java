package dev.faissjvm.sync;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.BulkRows;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * <p><b>Another model.</b> Each commit says what made its vectors. Where that is not this run's
 * model, and {@link #rebuildingFrom} names the table's rows, an index of all of them is built
 * beside the old one, which goes on answering, pending marks are left alone, and one commit puts
 * the new in the place of the old. A run that ends before that is gone on with by the next. Without
 * the rows such an index is refused.
 *
 * <p><b>In bulk.</b> {@link #runWhole} indexes every row, pending or not, {@link #runCopy} the rows
 * of a copy of the table that the index does not know; then both do what {@link #run} does. Rows
 * that are indexed already are not embedded again, so either can be run again after a crash.
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
  private @Nullable TableRows tableRows;

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
    run.tableRows = tableRows;
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
   * {@return a run that builds the index anew where another model made it}
   *
   * @param every the table's rows
   */
  public SyncRun rebuildingFrom(TableRows every) {
    SyncRun run = with(options);
    run.tableRows = every;
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
    return run(progress, null);
  }

  /**
   * Indexes every row of the table, pending or not, and then what is pending.
   *
   * @param every the table's rows
   * @param progress hears how far the run is
   * @return what was done, as {@link #run} says
   * @throws IOException if the index cannot be read or written
   */
  public SyncReport runWhole(TableRows every, SyncProgress progress) throws IOException {
    return run(progress, new Bulk(BulkRows.settling(every, rows), false));
  }

  /**
   * Indexes the rows of a copy of the table that the index does not know, and then what is pending.
   * What was changed or deleted since the copy was made, and is not pending, is for a {@link
   * Reconciler}.
   *
   * @param copy the rows of the copy
   * @param progress hears how far the run is
   * @return what was done, as {@link #run} says
   * @throws IOException if the index cannot be read or written
   */
  public SyncReport runCopy(TableRows copy, SyncProgress progress) throws IOException {
    return run(progress, new Bulk(BulkRows.unsettled(copy), true));
  }

  private SyncReport run(SyncProgress progress, @Nullable Bulk bulk) throws IOException {
    StopSignal stop = new StopSignal(options.maxTime());
    if (!running.compareAndSet(null, stop)) {
      throw new IllegalStateException("run: expected one at a time, got a second one");
    }
    RunParts parts = new RunParts(options, new RunTally(progress), stop);
    try {
      SyncReport report = OwnThread.call(() -> runOnce(parts, bulk), stop::ask);
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

  private SyncReport runOnce(RunParts parts, @Nullable Bulk bulk) throws IOException {
    TableRows every = tableRows;
    Optional<Commit> last = every == null ? Optional.empty() : index.lastCommit();
    if (every != null && isOfAnotherModel(last)) {
      return rebuild(new Bulk(BulkRows.unsettled(every), false), parts);
    } else if (bulk != null) {
      return fill(bulk, parts);
    }
    try (RowPages<RowKey> pages = rows.candidates()) {
      Optional<List<RowKey>> first = firstPage(pages);
      if (first.isEmpty() && (last.isPresent() || index.lastCommit().isPresent())) {
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

  private boolean isOfAnotherModel(Optional<Commit> last) {
    return last.isPresent() && !last.get().fingerprint().equals(embedder.fingerprint());
  }

  private SyncReport rebuild(Bulk every, RunParts parts) throws IOException {
    Fence fence = lease.acquire();
    try (IndexStore store = index.rebuild(writer(fence))) {
      CommitGuard guard = new CommitGuard(lease, fence, meter.metrics());
      removeGone(store, guard);
      passBulk(every, store, guard, parts);
      if (parts.stop().isSet()) {
        return parts.tally().report(1, true);
      }
      guard.complete(store);
      parts.tally().rebuilt();
      return finish(store, guard, parts);
    } finally {
      lease.release(fence);
    }
  }

  /** An earlier run may have begun this index when there were other rows. */
  private void removeGone(IndexStore store, CommitGuard guard) throws IOException {
    Set<RowKey> keys = new HashSet<>();
    store.keys(keys::add);
    GoneRows.remove(rows, List.copyOf(keys), store, guard);
  }

  private SyncReport fill(Bulk bulk, RunParts parts) throws IOException {
    Fence fence = lease.acquire();
    try (IndexStore store = index.open(writer(fence))) {
      CommitGuard guard = new CommitGuard(lease, fence, meter.metrics());
      passBulk(bulk, store, guard, parts);
      return finish(store, guard, parts);
    } finally {
      lease.release(fence);
    }
  }

  private void passBulk(Bulk bulk, IndexStore store, CommitGuard guard, RunParts parts)
      throws IOException {
    try (RowPages<RowKey> pages = bulk.rows().candidates()) {
      Optional<List<RowKey>> first = firstPage(pages);
      if (first.isPresent()) {
        RowPlanner planner = new RowPlanner(mapping, store, bulk.onlyNew());
        new SyncPass(bulk.rows(), new DocumentEmbedder(embedder), planner, parts, guard)
            .run(first.get(), pages);
      }
    }
  }

  private SyncReport runHolding(
      Fence fence, Optional<List<RowKey>> first, RowPages<RowKey> pages, RunParts parts)
      throws IOException {
    CommitGuard guard = new CommitGuard(lease, fence, meter.metrics());
    try (IndexStore store = index.open(writer(fence))) {
      if (first.isEmpty()) {
        guard.commit(store);
        return parts.tally().report(1, parts.stop().isSet());
      }
      pass(store, guard, parts).run(first.get(), pages);
      return finish(store, guard, parts);
    }
  }

  /** Lists pending rows again while there is something to do. */
  private SyncReport finish(IndexStore store, CommitGuard guard, RunParts parts)
      throws IOException {
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

  private IndexHome.Writer writer(Fence fence) {
    return new IndexHome.Writer(fence, embedder.fingerprint(), embedder.dimension(), mapping);
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
        rows, new DocumentEmbedder(embedder), new RowPlanner(mapping, store, false), parts, guard);
  }

  private static Optional<List<RowKey>> firstPage(RowPages<RowKey> pages) {
    Optional<List<RowKey>> page = pages.next();
    while (page.isPresent() && page.get().isEmpty()) {
      page = pages.next();
    }
    return page;
  }

  /** Rows that are not listed as pending; only those that the index does not know, if so said. */
  private record Bulk(BulkRows rows, boolean onlyNew) {}
}
