package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.Document;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An index that is open for changing, by key.
 *
 * <p>Changes become durable together, in {@link #commit}; closing without it drops them.
 *
 * <p><b>Threads.</b> One thread changes and commits; {@link #find} may run beside it.
 *
 * <p><b>Ownership.</b> Closed by whoever opened it.
 *
 * <p><b>Errors.</b> {@link IOException} from the file system. After one, close the store: what was
 * committed is safe.
 */
public interface IndexStore extends Closeable {

  /**
   * Looks rows up in the last durable commit. A key that was changed since is answered with null,
   * as if it were new: its state is not durable yet.
   *
   * @param keys the keys
   * @return what is known of each, in the order of the keys
   * @throws IOException if the index cannot be read
   */
  List<Optional<IndexedRow>> find(List<RowKey> keys) throws IOException;

  /**
   * Says whether a row that was just looked up must be written by this holder though nothing is
   * new, or deleted though it is unknown: true where a late request of an earlier holder could
   * still change it. No such request reaches an index that is locked.
   *
   * @param key the row's key
   * @return whether only a change of this holder's makes the row's state certain
   */
  default boolean mustWrite(RowKey key) {
    return false;
  }

  /**
   * Puts a document in the place of whatever stood under its key.
   *
   * @param document the document
   * @param vectors a unit vector for each of its passages
   * @throws IOException if the index cannot be written
   */
  void put(Document document, List<float[]> vectors) throws IOException;

  /**
   * Puts a note in the place of whatever stood under a key: the row cannot be indexed.
   *
   * @param key the row's key
   * @param rowHash the hash of the row as it was seen
   * @param reason what is wrong with it
   * @throws IOException if the index cannot be written
   */
  void park(RowKey key, String rowHash, String reason) throws IOException;

  /**
   * Takes away whatever stands under a key.
   *
   * @param key the row's key
   * @throws IOException if the index cannot be written
   */
  void delete(RowKey key) throws IOException;

  /**
   * Notes how far the table's events were read; the commits from now on say so.
   *
   * @param position as {@code RowEvents.position} tells it
   */
  void eventsRead(String position);

  /**
   * Makes all changes durable. Returns only when they would survive a loss of power.
   *
   * @return what the commit says of itself
   * @throws IOException if the index cannot be written
   * @throws FencedException if a writer with a greater fence has committed to this index
   */
  Commit commit() throws IOException;

  /**
   * Makes all changes durable as {@link #commit} does, and puts an index that was being rebuilt in
   * the place of the one before, in the same step.
   *
   * @return what the commit says of itself
   * @throws IOException if the index cannot be written
   * @throws FencedException if a writer with a greater fence has committed to this index
   */
  Commit complete() throws IOException;

  /**
   * Tells of every row of the last durable commit, parked ones too.
   *
   * @param listener hears each key, perhaps more than once
   * @throws IOException if the index cannot be read
   */
  void keys(Consumer<RowKey> listener) throws IOException;

  /**
   * Lets what the index does in the background (merging small segments) come to its end, and makes
   * it durable. Changes no row. Called once, after the last commit.
   *
   * @throws IOException if the index cannot be written
   * @throws FencedException if a writer with a greater fence has committed to this index
   */
  void tidy() throws IOException;
}
