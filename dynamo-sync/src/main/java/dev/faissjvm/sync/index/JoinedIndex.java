package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.UnusableIndexException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A new numbered index that is filled from whole indexes, beside the current one. Until it is
 * committed readers see the one before; from then on, this one.
 *
 * <p>Segments are taken in as they are, byte for byte, and merged in the background as those of any
 * index. The indexes before stay for a time, for readers that are still on them.
 *
 * <p><b>Threads.</b> One thread at a time.
 *
 * <p><b>Ownership.</b> Closed by whoever started it; closing without a commit leaves files that the
 * next one takes away.
 *
 * <p><b>Errors.</b> {@link UnusableIndexException} for a part that holds no index; {@link
 * IOException} from the file system.
 */
public final class JoinedIndex implements Closeable {

  private final IndexLayout layout;
  private final int replaced;
  private final LuceneIndexStore store;

  JoinedIndex(IndexLayout layout, int replaced, LuceneIndexStore store) {
    this.layout = layout;
    this.replaced = replaced;
    this.store = store;
  }

  /**
   * Takes in the current index of another folder. No row of it may be in this index already.
   *
   * @param part the other folder; it may be deleted afterwards
   * @throws IOException if it cannot be read, or this one not written
   */
  public void add(Path part) throws IOException {
    IndexLayout other = new IndexLayout(part);
    Optional<Integer> found = other.current();
    if (found.isEmpty()) {
      throw new UnusableIndexException(
          "index part: expected an index, got none; folder=" + part, null);
    }
    try {
      store.join(other.numbered(found.get()));
    } catch (IOException e) {
      throw layout.failure(e);
    }
  }

  /**
   * Makes it the current index, durably, then waits for its merges and makes these durable, too.
   *
   * @return what the commit says of itself
   * @throws IOException if it cannot be written
   * @throws FencedException if another writer has committed to it
   */
  public Commit commit() throws IOException {
    Commit commit = store.commit();
    layout.removeReplaced(replaced + 1);
    store.tidy();
    return commit;
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
