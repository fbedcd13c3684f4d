package dev.faissjvm.sync;

import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowMarker;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexAudit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexedRow;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a sync cannot see, by comparing table and index both ways: rows whose pending mark was
 * lost, and index entries of rows that were deleted outright, by hand or by their time to live.
 *
 * <p>Rows are marked for the next sync. Ghosts are taken from the index under the lease, each after
 * a consistent read has shown that the row is gone: a row that came back in between keeps its
 * entry.
 *
 * <p><b>Threads.</b> One call at a time. <b>Ownership.</b> Everything given stays the caller's.
 */
public final class Reconciler {

  private final TableRows rows;
  private final RowMarker marker;
  private final DocumentMapping mapping;
  private final GoneRows goneRows;
  private final IndexFolder folder;

  /**
   * Names what is compared. Nothing is read yet.
   *
   * @param rows the table
   * @param reader reads single rows of it
   * @param marker marks rows of it
   * @param mapping what is taken from a row
   * @param folder the index folder
   */
  public Reconciler(
      TableRows rows, PendingRows reader, RowMarker marker, DocumentMapping mapping, Path folder) {
    this.rows = rows;
    this.marker = marker;
    this.mapping = mapping;
    this.folder = IndexFolder.of(folder);
    this.goneRows = new GoneRows(reader, this.folder);
  }

  /**
   * Tells what is taken from the index, and how long the commit takes, from now on.
   *
   * @param other hears the {@link dev.faissjvm.sync.metrics.Metric}s
   * @return this
   */
  public Reconciler measuredBy(Metrics other) {
    goneRows.measuredBy(other);
    return this;
  }

  /**
   * Compares, and changes nothing.
   *
   * @param progress hears how many rows were compared; the total is not known
   * @return what differs
   * @throws IOException if the index cannot be read
   */
  public ReconcileReport inspect(SyncProgress progress) throws IOException {
    return compare(progress, null).report(0, 0);
  }

  /**
   * Compares, marks rows for the next sync, and takes ghosts from the index.
   *
   * @param progress hears how many rows were compared; the total is not known
   * @param lease the right to write the index
   * @return what differed, and what was done
   * @throws IOException if the index cannot be read or written
   */
  public ReconcileReport mend(SyncProgress progress, Lease lease) throws IOException {
    Findings findings = compare(progress, marker);
    long removed = goneRows.remove(findings.ghosts, lease);
    return findings.report(findings.unindexed, removed);
  }

  private Findings compare(SyncProgress progress, @Nullable RowMarker mark) throws IOException {
    Findings findings = new Findings(progress);
    try (IndexAudit audit = folder.audit();
        RowPages<Row> pages = rows.rows()) {
      for (Optional<List<Row>> page = pages.next(); page.isPresent(); page = pages.next()) {
        List<RowKey> unindexed = new ArrayList<>();
        for (Row row : page.get()) {
          findings.tally.row();
          String difference = difference(row, audit.see(row.key()));
          if (difference != null) {
            findings.tally.difference("unindexed", row.key(), difference);
            unindexed.add(row.key());
          }
        }
        findings.unindexed += unindexed.size();
        if (mark != null) {
          mark.mark(unindexed);
        }
        findings.tally.tell();
      }
      audit.unseen(
          key -> {
            findings.ghosts.add(key);
            findings.tally.difference("ghost", key, "no such row");
          });
    }
    return findings;
  }

  private @Nullable String difference(Row row, @Nullable IndexedRow entry) {
    if (row.pending()) {
      return null;
    } else if (row.deleted()) {
      return "softly deleted, and not pending";
    } else if (entry == null) {
      return "no index entry";
    }
    return entry.rowHash().equals(hash(row)) ? null : "index entry of another text or field";
  }

  private String hash(Row row) {
    try {
      return mapping.document(row).rowHash();
    } catch (BadRowException e) {
      return mapping.parkedHash(row);
    }
  }

  /** What a comparison found. */
  private static final class Findings {
    private final VerifyTally tally;
    private final List<RowKey> ghosts = new ArrayList<>();
    private long unindexed;

    Findings(SyncProgress progress) {
      tally = new VerifyTally(progress);
    }

    ReconcileReport report(long marked, long removed) {
      VerifyReport compared = tally.report();
      return new ReconcileReport(
          compared.rows(), unindexed, ghosts.size(), marked, removed, compared.differences());
    }
  }
}
