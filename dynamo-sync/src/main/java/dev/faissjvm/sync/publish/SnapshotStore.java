package dev.faissjvm.sync.publish;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where snapshots are kept: objects under names, never changed once they are there.
 *
 * <p>All that is asked of a store is that {@link #create} is atomic and that {@link #list} shows
 * what was written before it was called. There is no compare-and-swap.
 *
 * <p><b>Threads.</b> Safe for use by many threads and processes.
 *
 * <p><b>Errors.</b> {@link IOException} or a {@link dev.faissjvm.sync.change.SyncException} by what
 * to do next. After either a call may or may not have taken effect.
 */
public interface SnapshotStore {

  /**
   * Writes an object, if there is none of that name.
   *
   * @param name the object's name
   * @param content all of it
   * @return whether it was written; false if there is one already
   * @throws IOException if the store cannot be written
   */
  boolean create(String name, byte[] content) throws IOException;

  /**
   * Writes a file as an object named by its content; one that is there is replaced by its like.
   *
   * @param name the object's name
   * @param file the file
   * @throws IOException if the file cannot be read or the store not written
   */
  void put(String name, Path file) throws IOException;

  /**
   * Reads a small object.
   *
   * @param name the object's name
   * @return all of it, or an empty optional if there is none
   * @throws IOException if the store cannot be read, or the object is larger than 64 MiB
   */
  Optional<byte[]> read(String name) throws IOException;

  /**
   * Reads an object into a new file.
   *
   * @param name the object's name
   * @param file where to; not there yet
   * @throws NoSuchFileException if there is no such object
   * @throws IOException if the store cannot be read or the file not written
   */
  void fetch(String name, Path file) throws IOException;

  /**
   * Lists objects.
   *
   * @param prefix how their names begin
   * @return what is there, by name in ascending order
   * @throws IOException if the store cannot be read
   */
  List<Stored> list(String prefix) throws IOException;

  /**
   * Deletes an object. Does nothing if there is none.
   *
   * @param name the object's name
   * @throws IOException if the store cannot be written
   */
  void delete(String name) throws IOException;

  /**
   * An object that is there.
   *
   * @param name its name
   * @param sizeBytes its size
   * @param written when it was written, by the store's clock
   */
  record Stored(String name, long sizeBytes, Instant written) {}
}
