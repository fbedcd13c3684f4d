package dev.faissjvm.sync;

import dev.faissjvm.sync.change.RowKey;
import java.time.Duration;
import java.util.List;

/**
 * What a run did. Counts are rows.
 *
 * @param embedded rows that got a new vector
 * @param kept rows that changed beside their text and kept their vector
 * @param unchanged rows that the index already had as they are
 * @param removed softly deleted rows
 * @param parked rows that cannot be indexed
 * @param conflicts rows that changed while they were indexed, and are still pending
 * @param commits commits made
 * @param passes times the pending rows were listed
 * @param rebuilt whether the index was built anew, since another model had made it
 * @param stopped whether the run was asked to stop before it was through
 * @param took how long the run took
 * @param embedding how long the embedder worked
 * @param parkedRows the first parked rows, at most 100
 */
public record SyncReport(
    long embedded,
    long kept,
    long unchanged,
    long removed,
    long parked,
    long conflicts,
    long commits,
    int passes,
    boolean rebuilt,
    boolean stopped,
    Duration took,
    Duration embedding,
    List<ParkedRow> parkedRows) {

  /**
   * Copies the list.
   *
   * @param embedded rows that got a new vector
   * @param kept rows that changed beside their text and kept their vector
   * @param unchanged rows that the index already had as they are
   * @param removed softly deleted rows
   * @param parked rows that cannot be indexed
   * @param conflicts rows that changed while they were indexed, and are still pending
   * @param commits commits made
   * @param passes times the pending rows were listed
   * @param rebuilt whether the index was built anew, since another model had made it
   * @param stopped whether the run was asked to stop before it was through
   * @param took how long the run took
   * @param embedding how long the embedder worked
   * @param parkedRows the first parked rows, at most 100
   */
  public SyncReport {
    parkedRows = List.copyOf(parkedRows);
  }

  /** {@return how many rows the run dealt with} */
  public long rows() {
    return embedded + kept + unchanged + removed + parked;
  }

  /**
   * Says whether the run found anything to do.
   *
   * @return whether the run found anything to do
   */
  public boolean isIdle() {
    return rows() == 0 && conflicts == 0 && !rebuilt;
  }

  /**
   * A row that cannot be indexed.
   *
   * @param key the row's key, as {@link RowKey#toString} writes it
   * @param reason what is wrong with it
   */
  public record ParkedRow(String key, String reason) {}
}
