package dev.faissjvm.spark;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An index folder that makes its changes durable once, at the end: a shard that is not finished is
 * built again, so commits on the way would be for nothing.
 */
record ShardFolder(IndexFolder folder) implements IndexHome {

  @Override
  public Optional<Commit> lastCommit() throws IOException {
    return folder.lastCommit();
  }

  @Override
  public IndexStore open(Writer writer) throws IOException {
    IndexStore store = folder.open(writer);
    Commit nothingYet =
        new Commit(
            0, writer.fence(), writer.fingerprint(), writer.dimension(), writer.mapping(), "");
    return new OneCommit(store, nothingYet);
  }

  @Override
  public IndexStore rebuild(Writer writer) throws IOException {
    return folder.rebuild(writer);
  }

  /** The store, with every commit but the last left out. */
  private record OneCommit(IndexStore store, Commit nothingYet) implements IndexStore {

    @Override
    public List<Optional<IndexedRow>> find(List<RowKey> keys) throws IOException {
      return store.find(keys);
    }

    @Override
    public void put(Document document, List<float[]> vectors) throws IOException {
      store.put(document, vectors);
    }

    @Override
    public void park(RowKey key, String rowHash, String reason) throws IOException {
      store.park(key, rowHash, reason);
    }

    @Override
    public void delete(RowKey key) throws IOException {
      store.delete(key);
    }

    @Override
    public void eventsRead(String position) {
      store.eventsRead(position);
    }

    @Override
    public Commit complete() throws IOException {
      return store.complete();
    }

    @Override
    public void keys(Consumer<RowKey> listener) throws IOException {
      store.keys(listener);
    }

    @Override
    public Commit commit() {
      return nothingYet;
    }

    @Override
    public void tidy() throws IOException {
      store.commit();
      store.tidy();
    }

    @Override
    public void close() throws IOException {
      store.close();
    }
  }
}
