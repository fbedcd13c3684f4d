package dev.faissjvm.solr;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexFields;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.jspecify.annotations.Nullable;

/**
 * A Solr collection that is open for changing.
 *
 * <p>Solr cannot take changes back, so they wait here, in memory, until the commit:
 *
 * <ol>
 *   <li>The commit document is written on condition of its version. From here on the rows that this
 *       commit holds are known to have been read before anyone else opened the collection. (A
 *       {@link SolrIndexPart} leaves it to its holder.)
 *   <li>The rows go out, each with this commit's order. One that meets a greater order changes
 *       nothing: its row was read again by a later holder.
 *   <li>One hard commit makes all of it durable on every shard and replica, and visible.
 * </ol>
 *
 * <p>A crash in between leaves rows that are newer than the last whole commit. They are as the
 * table has them, and still pending there: the next run finds or replaces them.
 *
 * <p>The order is the fence and the number of the commit under it, {@code fence << 24 | commit}. A
 * deleted row leaves a note with its order for {@link #KEPT_NOTES}; a writer that was stopped for
 * longer than that in the middle of a request could bring the row back.
 */
final class SolrIndexStore implements IndexStore {

  /** How long a deleted row is remembered. */
  static final Duration KEPT_NOTES = Duration.ofDays(1);

  private static final int COMMIT_BITS = 24;
  private static final int ROWS_A_REQUEST = 250;
  private static final int KEYS_A_REQUEST = 500;

  private final SolrCollection solr;
  private final IndexHome.Writer identity;
  private final String name;
  private final Beginning beginning;
  private final Map<RowKey, Change> changes = new LinkedHashMap<>();
  private final Set<RowKey> certain = ConcurrentHashMap.newKeySet();
  private CommitDocument last;
  private long durableOrder;
  private String eventsRead;

  /** Begins a commit, before its rows go out, or refuses it. */
  interface Beginning {
    CommitDocument after(CommitDocument last, String eventsRead) throws IOException;
  }

  /** What becomes of a key: a row, a parked note, or nothing. */
  private interface Change {
    @Nullable SolrInputDocument document(long order);
  }

  SolrIndexStore(
      SolrCollection solr,
      IndexHome.Writer identity,
      CommitDocument claimed,
      String name,
      Beginning beginning) {
    this.solr = solr;
    this.identity = identity;
    this.last = claimed;
    this.name = name;
    this.beginning = beginning;
    this.durableOrder = order(identity.fence(), claimed.sequence());
    this.eventsRead = claimed.commit(name).map(Commit::eventsRead).orElse("");
  }

  @Override
  public List<Optional<IndexedRow>> find(List<RowKey> keys) throws IOException {
    Map<String, SolrDocument> found = new HashMap<>();
    for (int from = 0; from < keys.size(); from += KEYS_A_REQUEST) {
      List<String> ids =
          keys.subList(from, Math.min(keys.size(), from + KEYS_A_REQUEST)).stream()
              .map(SolrFields::id)
              .toList();
      for (SolrDocument document :
          solr.get(
              ids,
              SolrFields.ID,
              SolrFields.KIND,
              SolrFields.ORDER,
              SolrFields.HASH,
              SolrFields.PASSAGES,
              SolrFields.REASON)) {
        found.put((String) document.getFieldValue(SolrFields.ID), document);
      }
    }
    refuseIfReplaced(found.values());
    if (found.values().stream().anyMatch(document -> fence(document) < fence())) {
      // A holder before may have sent it just now: no answer rests on what a crash could undo.
      solr.commit();
    }
    synchronized (this) {
      List<Optional<IndexedRow>> rows = new ArrayList<>(keys.size());
      for (RowKey key : keys) {
        SolrDocument document = found.get(SolrFields.id(key));
        if (document != null && fence(document) == fence() && order(document) <= durableOrder) {
          certain.add(key);
        } else {
          certain.remove(key);
        }
        rows.add(
            document == null || changes.containsKey(key) || !isRow(document)
                ? Optional.empty()
                : Optional.of(row(key, document)));
      }
      return rows;
    }
  }

  /** A row of this holder's order is safe from the late requests of earlier ones. */
  @Override
  public boolean mustWrite(RowKey key) {
    return !certain.contains(key);
  }

  /** Whether a document is of a row, and of a commit that has ended. */
  private boolean isRow(SolrDocument document) {
    return !SolrFields.GONE.equals(document.getFieldValue(SolrFields.KIND))
        && order(document) <= durableOrder;
  }

  private void refuseIfReplaced(Collection<SolrDocument> found) {
    for (SolrDocument document : found) {
      if (fence(document) > fence()) {
        throw new FencedException(
            "find: expected rows of fence "
                + fence()
                + " at most, got one of "
                + fence(document)
                + "; collection="
                + name
                + "; another writer has taken over",
            null);
      }
    }
  }

  private IndexedRow row(RowKey key, SolrDocument document) {
    String hash = (String) document.getFieldValue(SolrFields.HASH);
    int colon = hash.indexOf(':');
    int passages = Integer.parseInt(document.getFieldValue(SolrFields.PASSAGES).toString());
    boolean parked = SolrFields.PARKED.equals(document.getFieldValue(SolrFields.KIND));
    return new IndexedRow(
        hash.substring(0, colon),
        hash.substring(colon + 1),
        parked ? String.valueOf(document.getFieldValue(SolrFields.REASON)) : null,
        passages,
        () -> parked ? List.of() : vectors(key, hash, passages));
  }

  private List<float[]> vectors(RowKey key, String hash, int passages) throws IOException {
    ModifiableSolrParams params = new ModifiableSolrParams();
    params.set("q", "{!term f=" + IndexFields.KEY + " v=$key}");
    params.set("key", key.encoded());
    params.set("sort", IndexFields.ORDINAL + " asc");
    params.set("rows", passages + 1);
    params.set("fl", IndexFields.VECTOR, SolrFields.HASH);
    List<SolrDocument> found = solr.query(params).getResults();
    if (found.size() != passages || !hash.equals(found.get(0).getFieldValue(SolrFields.HASH))) {
      throw new TransientSyncException(
          "vectors: expected those of "
              + passages
              + " passages, got "
              + found.size()
              + "; row="
              + key
              + "; collection="
              + name
              + "; the row is changing, run again",
          null);
    }
    List<float[]> vectors = new ArrayList<>(passages);
    for (SolrDocument document : found) {
      vectors.add(
          RowBlocks.unboxed(document.getFieldValues(IndexFields.VECTOR), identity.dimension()));
    }
    return vectors;
  }

  @Override
  public synchronized void put(Document document, List<float[]> vectors) {
    changes.put(
        document.key(),
        order -> RowBlocks.row(document, identity.mapping().filters(), vectors, order));
  }

  @Override
  public synchronized void park(RowKey key, String rowHash, String reason) {
    changes.put(key, order -> RowBlocks.parked(key, rowHash, reason, order));
  }

  @Override
  public synchronized void delete(RowKey key) {
    changes.put(key, order -> null);
  }

  @Override
  public Commit commit() throws IOException {
    last = beginning.after(last, eventsRead);
    long order = order(identity.fence(), last.sequence());
    send(order);
    solr.commit();
    synchronized (this) {
      changes.clear();
      durableOrder = order;
    }
    return last.commit(name).orElseThrow();
  }

  @Override
  public void eventsRead(String position) {
    eventsRead = position;
  }

  /** Nothing is rebuilt beside a collection, so every commit is one of the index in use. */
  @Override
  public Commit complete() throws IOException {
    return commit();
  }

  @Override
  public void keys(Consumer<RowKey> listener) {
    throw new UnsupportedOperationException(
        "keys: expected a folder's index, got the collection " + name);
  }

  private void send(long order) throws IOException {
    List<Map.Entry<RowKey, Change>> all;
    synchronized (this) {
      all = List.copyOf(changes.entrySet());
    }
    for (int from = 0; from < all.size(); from += ROWS_A_REQUEST) {
      List<SolrInputDocument> rows = new ArrayList<>();
      List<String> gone = new ArrayList<>();
      for (Map.Entry<RowKey, Change> change :
          all.subList(from, Math.min(all.size(), from + ROWS_A_REQUEST))) {
        SolrInputDocument row = change.getValue().document(order);
        if (row == null) {
          gone.add(SolrFields.id(change.getKey()));
        } else {
          rows.add(row);
        }
      }
      if (!rows.isEmpty()) {
        solr.put(rows);
      }
      if (!gone.isEmpty()) {
        solr.delete(gone, order);
      }
    }
  }

  @Override
  public void tidy() throws IOException {
    solr.forget(KEPT_NOTES.toMillis());
  }

  private long fence() {
    return identity.fence().number();
  }

  /** Returns the order of the rows of a holder's so-manieth commit. */
  static long order(Fence fence, long commit) {
    if (commit >> COMMIT_BITS != 0) {
      throw new IllegalStateException(
          "commits: expected less than " + (1L << COMMIT_BITS) + " by one holder, got " + commit);
    }
    return fence.number() << COMMIT_BITS | commit;
  }

  private static long order(SolrDocument document) {
    return Long.parseLong(document.getFieldValue(SolrFields.ORDER).toString());
  }

  private static long fence(SolrDocument document) {
    return order(document) >> COMMIT_BITS;
  }

  /** Drops what was not committed. */
  @Override
  public synchronized void close() {
    changes.clear();
  }
}
