package dev.faissjvm.sync;

import dev.faissjvm.sync.change.RowKey;
import java.util.List;

/**
 * How table and index compare. Rows that are still pending are counted as such and nothing else.
 *
 * @param rows rows of the table, without softly deleted ones
 * @param stale rows whose index entry is of an older text, field or vector
 * @param missing rows without an index entry
 * @param ghost index entries without a row
 * @param doubled rows with more index entries than they should have
 * @param pending rows that wait to be indexed
 * @param parked rows that cannot be indexed, and are noted as such
 * @param differences the first differences and parked rows, at most 100
 */
public record VerifyReport(
    long rows,
    long stale,
    long missing,
    long ghost,
    long doubled,
    long pending,
    long parked,
    List<Difference> differences) {

  /**
   * Copies the list.
   *
   * @param rows rows of the table, without softly deleted ones
   * @param stale rows whose index entry is of an older text, field or vector
   * @param missing rows without an index entry
   * @param ghost index entries without a row
   * @param doubled rows with more index entries than they should have
   * @param pending rows that wait to be indexed
   * @param parked rows that cannot be indexed, and are noted as such
   * @param differences the first differences and parked rows, at most 100
   */
  public VerifyReport {
    differences = List.copyOf(differences);
  }

  /**
   * Says whether the index is true to every row that is not pending.
   *
   * @return whether the index is true to every row that is not pending
   */
  public boolean isTrue() {
    return stale == 0 && missing == 0 && ghost == 0 && doubled == 0;
  }

  /**
   * A row that differs, or is parked.
   *
   * @param kind stale, missing, ghost, doubled or parked
   * @param key the row's key, as {@link RowKey#toString} writes it
   * @param reason what differs
   */
  public record Difference(String kind, String key, String reason) {}
}
