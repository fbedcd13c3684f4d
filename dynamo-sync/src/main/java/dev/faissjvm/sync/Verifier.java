package dev.faissjvm.sync;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import dev.faissjvm.sync.index.IndexAudit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexedRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares a table and its index, row by row and vector by vector, both ways.
 *
 * <p>Rows that are pending count as pending only: the index owes them nothing yet. Memory is a bit
 * for each document of the index.
 *
 * <p><b>Threads.</b> One call at a time. <b>Ownership.</b> Everything given stays the caller's.
 */
public final class Verifier {

  /** How far two vectors of one text may differ: 1 less their cosine. */
  public static final double MAX_VECTOR_DIFFERENCE = 1e-3;

  private final TableRows rows;
  private final DocumentMapping mapping;
  private final IndexFolder folder;
  private final @Nullable DocumentEmbedder embedder;

  private Verifier(
      TableRows rows, DocumentMapping mapping, Path folder, @Nullable DocumentEmbedder embedder) {
    this.rows = rows;
    this.mapping = mapping;
    this.folder = IndexFolder.of(folder);
    this.embedder = embedder;
  }

  /**
   * {@return a comparison by hashes: every row with what the index says it was made of, and a
   * vector of the right length stored for it}
   *
   * @param rows the table
   * @param mapping what is taken from a row
   * @param folder the index folder
   */
  public static Verifier byHash(TableRows rows, DocumentMapping mapping, Path folder) {
    return new Verifier(rows, mapping, folder, null);
  }

  /**
   * {@return a comparison by hashes, and of every stored vector with a new one of the same text}
   *
   * @param rows the table
   * @param mapping what is taken from a row
   * @param folder the index folder
   * @param embedder the model that the index was made with
   */
  public static Verifier byVector(
      TableRows rows, DocumentMapping mapping, Path folder, Embedder<String> embedder) {
    return new Verifier(rows, mapping, folder, new DocumentEmbedder(embedder));
  }

  /**
   * Compares.
   *
   * @param progress hears how many rows were compared; the total is not known
   * @return the differences, counted
   * @throws IOException if the index cannot be read
   */
  public VerifyReport verify(SyncProgress progress) throws IOException {
    VerifyTally tally = new VerifyTally(progress);
    try (IndexAudit audit = folder.audit();
        RowPages<Row> pages = rows.rows()) {
      for (Optional<List<Row>> page = pages.next(); page.isPresent(); page = pages.next()) {
        compare(page.get(), audit, tally);
        tally.tell();
      }
      audit.unseen(key -> tally.difference("ghost", key, "no such row"));
    }
    return tally.report();
  }

  private void compare(List<Row> page, IndexAudit audit, VerifyTally tally) throws IOException {
    List<Document> documents = new ArrayList<>();
    List<IndexedRow> entries = new ArrayList<>();
    for (Row row : page) {
      IndexedRow entry = audit.see(row.key());
      if (row.pending()) {
        tally.pending();
      }
      if (row.deleted()) {
        if (!row.pending() && entry != null) {
          tally.difference("ghost", row.key(), "softly deleted");
        }
        continue;
      }
      tally.row();
      if (row.pending()) {
        continue;
      }
      Document document = compareHashes(row, entry, tally);
      if (document != null && entry != null) {
        documents.add(document);
        entries.add(entry);
      }
    }
    compareVectors(documents, entries, tally);
  }

  /** Returns the document if its vectors are to be compared as well. */
  private @Nullable Document compareHashes(Row row, @Nullable IndexedRow entry, VerifyTally tally) {
    RowKey key = row.key();
    if (entry == null) {
      tally.difference("missing", key, "no index entry");
      return null;
    }
    try {
      Document document = mapping.document(row);
      if (entry.documents() > document.passages().size()) {
        tally.difference("doubled", key, entry.documents() + " index entries");
      } else if (!entry.rowHash().equals(document.rowHash())) {
        tally.difference("stale", key, "index entry of another text or field");
      } else {
        return document;
      }
    } catch (BadRowException e) {
      if (entry.parkedReason() == null || !entry.rowHash().equals(mapping.parkedHash(row))) {
        tally.difference("stale", key, "index entry of a row that is now bad: " + e.reason());
      } else {
        tally.difference("parked", key, e.reason());
      }
    }
    return null;
  }

  private void compareVectors(List<Document> documents, List<IndexedRow> entries, VerifyTally tally)
      throws IOException {
    List<List<float[]>> fresh =
        embedder == null || documents.isEmpty() ? List.of() : embedder.embed(documents);
    for (int i = 0; i < documents.size(); i++) {
      List<float[]> stored = entries.get(i).vectors().read();
      RowKey key = documents.get(i).key();
      if (stored.size() != documents.get(i).passages().size()) {
        tally.difference("stale", key, stored.size() + " vectors");
      } else if (!fresh.isEmpty() && differ(stored, fresh.get(i))) {
        tally.difference("stale", key, "vector of another text");
      }
    }
  }

  private static boolean differ(List<float[]> stored, List<float[]> fresh) {
    for (int i = 0; i < stored.size(); i++) {
      double dot = 0;
      for (int j = 0; j < stored.get(i).length; j++) {
        dot += (double) stored.get(i)[j] * fresh.get(i)[j];
      }
      if (!(dot >= 1 - MAX_VECTOR_DIFFERENCE)) {
        return true;
      }
    }
    return false;
  }
}
