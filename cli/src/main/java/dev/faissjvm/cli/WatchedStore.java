package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A store that shows how many bytes have gone over, and where Ctrl-C ends between two objects. */
final class WatchedStore implements SnapshotStore {

  private final SnapshotStore store;
  private final Interruption interruption;
  private final Progress progress;

  WatchedStore(SnapshotStore store, Interruption interruption, Progress progress) {
    this.store = store;
    this.interruption = interruption;
    this.progress = progress;
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    interruption.checkpoint();
    return store.create(name, content);
  }

  @Override
  public void put(String name, Path file) throws IOException {
    interruption.checkpoint();
    store.put(name, file);
    progress.advance(Files.size(file));
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    interruption.checkpoint();
    return store.read(name);
  }

  @Override
  public void fetch(String name, Path file) throws IOException {
    interruption.checkpoint();
    store.fetch(name, file);
    progress.advance(Files.size(file));
  }

  @Override
  public List<Stored> list(String prefix) throws IOException {
    interruption.checkpoint();
    return store.list(prefix);
  }

  @Override
  public void delete(String name) throws IOException {
    interruption.checkpoint();
    store.delete(name);
  }
}
