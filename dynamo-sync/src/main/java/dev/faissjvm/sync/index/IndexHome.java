package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import java.io.IOException;
import java.util.Optional;

/**
 * Where an index lives, open or not.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 */
public interface IndexHome {

  /**
   * Returns what the last durable commit says of itself, without opening the index for changing.
   *
   * @return the commit, or an empty optional where there is none yet
   * @throws IOException if it cannot be read
   * @throws UnusableIndexException if it is damaged, or of a newer format
   */
  Optional<Commit> lastCommit() throws IOException;

  /**
   * Opens the index for changing, creating it where there is none.
   *
   * @param writer who opens it, and for what
   * @return the open store, to be closed by the caller
   * @throws IOException if the folder cannot be written
   * @throws UnusableIndexException if it is damaged, of a newer format or of another model
   */
  IndexStore open(Writer writer) throws IOException;

  /**
   * {@return how large the files of the last durable commit are, in bytes; 0 where that is unknown}
   *
   * @throws IOException if they cannot be read
   */
  default long sizeBytes() throws IOException {
    return 0;
  }

  /**
   * Opens a new index beside the last one, or goes on with one that was begun for the same model
   * and mapping. The last one is read as before until {@link IndexStore#complete}.
   *
   * @param writer who opens it, and for what
   * @return the open store, to be closed by the caller
   * @throws IOException if the folder cannot be written
   * @throws UnusableIndexException if it is damaged or of a newer format
   */
  IndexStore rebuild(Writer writer) throws IOException;

  /**
   * Who opens an index, and for what.
   *
   * @param fence the holder of the lease
   * @param fingerprint what makes the vectors
   * @param dimension components of each vector
   * @param mapping what is taken from the rows
   */
  record Writer(Fence fence, String fingerprint, int dimension, DocumentMapping mapping) {}
}
