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
import org.jspecify.annotations.Nullable;

/** An index in memory, under the same contract as the one in a folder. Any number may be open. */
public final class InMemoryIndex implements IndexHome {

  private Map<RowKey, IndexedRow> durable = new HashMap<>();
  private @Nullable Commit last;
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
    return new Store(writer, before == null ? 0 : before.generation());
  }

  private final class Store implements IndexStore {
    private final Writer writer;
    private final Set<RowKey> touched = new HashSet<>();
    private Map<RowKey, IndexedRow> rows;
    private Map<RowKey, IndexedRow> found;
    private long generation;

    Store(Writer writer, long generation) {
      this.writer = writer;
      this.generation = generation;
      this.rows = new HashMap<>(durable);
      this.found = Map.copyOf(durable);
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
    public synchronized Commit commit() {
      synchronized (InMemoryIndex.this) {
        long newest = last == null ? 0 : last.generation();
        if (newest != generation && !ignoresFences) {
          throw new FencedException("commit: expected to follow, got another before", null);
        }
        generation = newest + 1;
        Fence fence = writer.fence();
        Commit commit =
            new Commit(
                generation, fence, writer.fingerprint(), writer.dimension(), writer.mapping());
        last = commit;
        if (commitsLate) {
          durable = new HashMap<>(found);
        } else {
          durable = new HashMap<>(rows);
        }
        found = Map.copyOf(rows);
        touched.clear();
        return commit;
      }
    }

    @Override
    public void tidy() {}

    @Override
    public void close() {}
  }
}
