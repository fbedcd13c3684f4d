package dev.faissjvm.sync;

import java.util.List;

/**
 * What a reconciliation found, and mended where it was asked to.
 *
 * @param rows rows of the table
 * @param unindexed rows that are missing from the index or stale in it, and not pending
 * @param ghosts index entries without a row
 * @param marked rows that were marked for the next sync
 * @param removed ghosts that were taken from the index
 * @param differences the first differences, at most 100
 */
public record ReconcileReport(
    long rows,
    long unindexed,
    long ghosts,
    long marked,
    long removed,
    List<VerifyReport.Difference> differences) {

  /**
   * Copies the list.
   *
   * @param rows rows of the table
   * @param unindexed rows that are missing from the index or stale in it, and not pending
   * @param ghosts index entries without a row
   * @param marked rows that were marked for the next sync
   * @param removed ghosts that were taken from the index
   * @param differences the first differences, at most 100
   */
  public ReconcileReport {
    differences = List.copyOf(differences);
  }
}
