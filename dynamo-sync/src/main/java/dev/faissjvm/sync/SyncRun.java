package dev.faissjvm.sync;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.Lease;
import java.io.IOException;

/** One pass from pending rows to a durable index. */
@SuppressWarnings("DoNotCallSuggester")
public final class SyncRun {

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
      IndexHome index) {}

  /**
   * Returns a run with other options.
   *
   * @param options how to go about the work
   * @return a run with other options
   */
  public SyncRun with(SyncOptions options) {
    return this;
  }

  /**
   * Indexes what is pending.
   *
   * @param progress hears how far the run is
   * @return Indexes what is pending
   * @throws IOException if the index cannot be read or written
   */
  public SyncReport run(SyncProgress progress) throws IOException {
    progress.update(new SyncProgress.State(0, 0, 0));
    throw unsupported();
  }

  /** Asks a running {@link #run} to stop at the next safe point. May be called by any thread. */
  public void stop() {}

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException();
  }
}
