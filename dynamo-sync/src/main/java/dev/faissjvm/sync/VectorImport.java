package dev.faissjvm.sync;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fills an index with vectors that were made before: a sync afterwards finds these rows indexed and
 * embeds only the others.
 *
 * <p>Of each batch one row is embedded anew and compared, so that vectors of another model are
 * refused. No row's pending mark is touched: that is the sync's affair.
 *
 * <p><b>Threads.</b> One call at a time. <b>Ownership.</b> Everything given stays the caller's.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} for vectors of another length or model; what
 * was committed before stays, and is true.
 */
public final class VectorImport {

  private static final int COMMIT_ROWS = 10_000;

  private final PendingRows reader;
  private final DocumentMapping mapping;
  private final Embedder<String> embedder;
  private final DocumentEmbedder documents;
  private final IndexHome index;
  private Metrics metrics = Metrics.NONE;

  /**
   * Names what takes part. Nothing is read yet.
   *
   * @param reader reads rows of the table
   * @param mapping what is taken from a row
   * @param embedder the model that the vectors were made with
   * @param index the index to fill
   */
  public VectorImport(
      PendingRows reader, DocumentMapping mapping, Embedder<String> embedder, IndexHome index) {
    this.reader = reader;
    this.mapping = mapping;
    this.embedder = embedder;
    this.documents = new DocumentEmbedder(embedder);
    this.index = index;
  }

  /**
   * Tells how long commits take, from now on.
   *
   * @param other hears the {@link dev.faissjvm.sync.metrics.Metric}s
   * @return this
   */
  public VectorImport measuredBy(Metrics other) {
    metrics = other;
    return this;
  }

  /**
   * The vectors of one row.
   *
   * @param key the row's key
   * @param textHash the hash of the text that they were made of, or empty to take the row as it is
   * @param vectors one for each passage
   */
  public record Entry(RowKey key, String textHash, List<float[]> vectors) {

    /**
     * Copies the list.
     *
     * @param key the row's key
     * @param textHash the hash of the text that they were made of, or empty
     * @param vectors one for each passage
     */
    public Entry {
      vectors = List.copyOf(vectors);
    }
  }

  /** Where the vectors come from. */
  @FunctionalInterface
  public interface Source {

    /**
     * {@return the vectors of some rows, each row once; empty at the end}
     *
     * @throws IOException if they cannot be read
     */
    List<Entry> next() throws IOException;
  }

  /**
   * What became of the rows.
   *
   * @param taken rows whose vectors are in the index now
   * @param changed rows that say something else than when their vectors were made; the next sync
   *     takes those that are pending
   * @param gone rows that the table does not have
   */
  public record Report(long taken, long changed, long gone) {}

  /**
   * Fills the index.
   *
   * @param source the vectors
   * @param lease the right to write the index
   * @return what became of the rows
   * @throws IOException if the index cannot be written
   */
  public Report run(Source source, Lease lease) throws IOException {
    Fence fence = lease.acquire();
    CommitGuard guard = new CommitGuard(lease, fence, metrics);
    try (IndexStore store =
        index.open(
            new IndexHome.Writer(fence, embedder.fingerprint(), embedder.dimension(), mapping))) {
      long rows = 0;
      long taken = 0;
      long changed = 0;
      long uncommitted = 0;
      for (List<Entry> batch = source.next(); !batch.isEmpty(); batch = source.next()) {
        guard.check();
        Map<RowKey, Document> current = read(batch);
        boolean compared = false;
        for (Entry entry : batch) {
          Document document = current.get(entry.key());
          if (document == null || !fits(entry, document)) {
            changed += document == null ? 0 : 1;
            continue;
          }
          for (float[] vector : entry.vectors()) {
            unit(entry.key(), vector);
          }
          if (!compared) {
            compare(document, entry);
            compared = true;
          }
          store.put(document, entry.vectors());
          taken++;
          uncommitted++;
        }
        rows += batch.size();
        if (uncommitted >= COMMIT_ROWS) {
          guard.commit(store);
          uncommitted = 0;
        }
      }
      if (uncommitted > 0) {
        guard.commit(store);
      }
      store.tidy();
      return new Report(taken, changed, rows - taken - changed);
    } finally {
      lease.release(fence);
    }
  }

  private Map<RowKey, Document> read(List<Entry> batch) {
    Map<RowKey, Document> current = new HashMap<>();
    for (Row row : reader.read(batch.stream().map(Entry::key).toList())) {
      document(row).ifPresent(document -> current.put(row.key(), document));
    }
    return current;
  }

  /** A row that a sync would delete or park is left to it. */
  private Optional<Document> document(Row row) {
    try {
      return row.deleted() ? Optional.empty() : Optional.of(mapping.document(row));
    } catch (BadRowException e) {
      return Optional.empty();
    }
  }

  private static boolean fits(Entry entry, Document document) {
    return entry.vectors().size() == document.passages().size()
        && (entry.textHash().isEmpty() || entry.textHash().equals(document.textHash()));
  }

  private void unit(RowKey key, float[] vector) {
    try {
      DocumentEmbedder.unit(vector, embedder.dimension());
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(e.getMessage() + "; key=" + key, e);
    }
  }

  private void compare(Document document, Entry entry) {
    double cosine = 0;
    float[] fresh = documents.embed(List.of(document)).get(0).get(0);
    for (int i = 0; i < fresh.length; i++) {
      cosine += (double) fresh[i] * entry.vectors().get(0)[i];
    }
    if (cosine < 1 - Verifier.MAX_VECTOR_DIFFERENCE) {
      throw new IllegalArgumentException(
          "vector: expected what the model "
              + embedder.fingerprint()
              + " makes of the row's text, got another at a cosine of "
              + (float) cosine
              + "; key="
              + document.key()
              + "; import with the model that made the vectors");
    }
  }
}
