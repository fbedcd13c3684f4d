package dev.faissjvm.sync.publish;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store where another is quicker once, or answers are lost. */
final class FaultyStore implements SnapshotStore {

  /** Happens before the first create. */
  interface Before {
    void create(String name) throws IOException;
  }

  private final SnapshotStore store;
  @Nullable Before beforeCreate;
  boolean losesAnswers;

  FaultyStore(SnapshotStore store) {
    this.store = store;
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    Before before = beforeCreate;
    beforeCreate = null;
    if (before != null) {
      before.create(name);
    }
    boolean created = store.create(name, content);
    return (created && losesAnswers) ? store.create(name, content) : created;
  }

  @Override
  public void put(String name, Path file) throws IOException {
    store.put(name, file);
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    return store.read(name);
  }

  @Override
  public void fetch(String name, Path file) throws IOException {
    store.fetch(name, file);
  }

  @Override
  public List<Stored> list(String prefix) throws IOException {
    return store.list(prefix);
  }

  @Override
  public void delete(String name) throws IOException {
    store.delete(name);
  }
}
