package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.RowKey;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * Ticks off the rows of one commit, so that what is left over can be told.
 *
 * <p><b>Threads.</b> One thread at a time. <b>Ownership.</b> Closed by the caller.
 */
public final class IndexAudit implements Closeable {

  private final @Nullable IndexView view;
  private final CommittedRows rows;
  private final FixedBitSet seen;

  IndexAudit(@Nullable IndexView view) {
    this.view = view;
    this.rows = new CommittedRows(view == null ? null : view.reader());
    this.seen = new FixedBitSet(view == null ? 0 : view.reader().maxDoc());
  }

  /**
   * Ticks a row off.
   *
   * @param key the row's key
   * @return what the index has of it, or null
   * @throws IOException if the index cannot be read
   */
  public @Nullable IndexedRow see(RowKey key) throws IOException {
    return rows.find(key, seen::set);
  }

  /**
   * Tells of each row that was not ticked off.
   *
   * @param listener hears its key
   * @throws IOException if the index cannot be read
   */
  public void unseen(Consumer<RowKey> listener) throws IOException {
    rows.keys(document -> !seen.get(document), listener);
  }

  @Override
  public void close() throws IOException {
    if (view != null) {
      view.close();
    }
  }
}
