package dev.faissjvm.sync.search;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An index that lives elsewhere, under an address.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Ownership.</b> Owns its connections: close it after what it gave is closed.
 */
public interface RemoteIndex extends Closeable {

  /**
   * Returns what the last commit says of itself.
   *
   * @return the commit, or an empty optional where there is no index yet
   * @throws IOException if it cannot be read
   */
  Optional<Commit> lastCommit() throws IOException;

  /**
   * Returns the index for changing; what it lives in is created where it is not there.
   *
   * @param dimension components of each vector
   * @return the index
   * @throws IOException if it cannot be reached
   */
  IndexHome home(int dimension) throws IOException;

  /**
   * Returns the index for writing some of its rows, while a holder has it open by {@link #home} and
   * many machines write for it, under its fence. What they commit is durable, and is what the table
   * had; the last commit stays what it was until the holder's next.
   *
   * @return the index as one of these machines sees it
   */
  IndexHome part();

  /**
   * Takes away the rows that no holder since a fence has written: after every row of the table has
   * been written anew, those are the rows that it has no more. Durable with the holder's next
   * commit.
   *
   * @param since the first holder whose rows stay
   * @param holder who has the index open
   * @throws IOException if it cannot be reached
   */
  void forgetBefore(Fence since, Fence holder) throws IOException;

  /**
   * Returns the index for searching.
   *
   * @param embedder the model that the index was made with
   * @param live reads rows of the table, or null to answer from the index only
   * @return the search
   * @throws IOException if it cannot be reached
   */
  RowSearch search(Embedder<String> embedder, @Nullable PendingRows live) throws IOException;
}
