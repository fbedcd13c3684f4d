package dev.faissjvm.sync.testing;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An index in memory, under the same contract as the one in a folder. Any number may be open. */
public final class InMemoryIndex implements IndexHome {

  private Map<RowKey, IndexedRow> durable = new HashMap<>();
  private @Nullable Commit last;
  private Map<RowKey, IndexedRow> rebuilding = new HashMap<>();
  private @Nullable Commit lastRebuilding;
  private boolean ignoresFences;
  private boolean commitsLate;

  /** From now on takes commits from writers that have been replaced. */
  public synchronized void ignoreFences() {
    ignoresFences = true;
  }

  /** From now on a commit becomes durable with the next one: as if rows were settled before it. */
  public synchronized void commitLate() {
    commitsLate = true;
  }

  /** Returns what is durable. */
  public synchronized Map<RowKey, IndexedRow> rows() {
    return Map.copyOf(durable);
  }

  @Override
  public synchronized Optional<Commit> lastCommit() {
    return Optional.ofNullable(last);
  }

  @Override
  public synchronized IndexStore open(Writer writer) {
    Commit before = last;
    if (before != null && !ignoresFences && before.fence().compareTo(writer.fence()) > 0) {
      throw new FencedException("fence: expected a newer one, got an older one", null);
    }
    if (before != null && !before.fingerprint().equals(writer.fingerprint())) {
      throw new UnusableIndexException(
          "index model: expected " + writer.fingerprint() + ", got " + before.fingerprint(), null);
    }
    return new Store(writer, durable, before == null ? 0 : before.generation(), true);
  }

  @Override
  public synchronized IndexStore rebuild(Writer writer) {
    Commit begun = lastRebuilding;
    if (begun != null && !begun.fingerprint().equals(writer.fingerprint())) {
      begun = null;
    }
    if (begun == null) {
      lastRebuilding = null;
      rebuilding = new HashMap<>();
    }
    return new Store(writer, rebuilding, begun == null ? 0 : begun.generation(), false);
  }

  private final class Store implements IndexStore {
    private final Writer writer;
    private final Set<RowKey> touched = new HashSet<>();
    private Map<RowKey, IndexedRow> rows;
    private Map<RowKey, IndexedRow> found;
    private long generation;
    private boolean complete;
    private String eventsRead = last == null ? "" : last.eventsRead();

    Store(Writer writer, Map<RowKey, IndexedRow> from, long generation, boolean complete) {
      this.writer = writer;
      this.generation = generation;
      this.complete = complete;
      this.rows = new HashMap<>(from);
      this.found = Map.copyOf(from);
    }

    @Override
    public synchronized List<Optional<IndexedRow>> find(List<RowKey> keys) {
      List<Optional<IndexedRow>> known = new ArrayList<>();
      for (RowKey key : keys) {
        known.add(touched.contains(key) ? Optional.empty() : Optional.ofNullable(found.get(key)));
      }
      return known;
    }

    @Override
    public synchronized void put(Document document, List<float[]> vectors) {
      touched.add(document.key());
      rows.put(
          document.key(),
          new IndexedRow(
              document.textHash(), document.rowHash(), null, vectors.size(), () -> vectors));
    }

    @Override
    public synchronized void park(RowKey key, String rowHash, String reason) {
      touched.add(key);
      rows.put(key, new IndexedRow("", rowHash, reason, 1, List::of));
    }

    @Override
    public synchronized void delete(RowKey key) {
      touched.add(key);
      rows.remove(key);
    }

    @Override
    public void eventsRead(String position) {
      eventsRead = position;
    }

    @Override
    public synchronized Commit commit() {
      synchronized (InMemoryIndex.this) {
        Commit before = complete ? last : lastRebuilding;
        long newest = before == null ? 0 : before.generation();
        if (newest != generation && !ignoresFences) {
          throw new FencedException("commit: expected to follow, got another before", null);
        }
        generation = newest + 1;
        Fence fence = writer.fence();
        Commit commit =
            new Commit(
                generation,
                fence,
                writer.fingerprint(),
                writer.dimension(),
                writer.mapping(),
                eventsRead);
        Map<RowKey, IndexedRow> made = new HashMap<>(commitsLate ? found : rows);
        if (complete) {
          last = commit;
          durable = made;
        } else {
          lastRebuilding = commit;
          rebuilding = made;
        }
        found = Map.copyOf(rows);
        touched.clear();
        return commit;
      }
    }

    @Override
    public Commit complete() {
      synchronized (InMemoryIndex.this) {
        complete = true;
        generation = last == null ? 0 : last.generation();
        lastRebuilding = null;
        return commit();
      }
    }

    @Override
    public synchronized void keys(Consumer<RowKey> listener) {
      found.keySet().forEach(listener);
    }

    @Override
    public void tidy() {}

    @Override
    public void close() {}
  }
}
