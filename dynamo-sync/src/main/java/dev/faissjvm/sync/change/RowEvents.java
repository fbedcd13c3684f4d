package dev.faissjvm.sync.change;

import java.util.List;

/**
 * What happened to rows, told at least once, perhaps late and in another order: a wake-up, and the
 * only news of rows that were deleted outright. The pending marks stay the truth: where events are
 * lost, no change is.
 *
 * <p><b>Threads.</b> One thread at a time. <b>Errors.</b> As {@link PendingRows}.
 */
public interface RowEvents {

  /** {@return what has happened since the last call, or since the position that this began at} */
  Events poll();

  /** {@return how far the events were read, for a later process to go on from} */
  String position();

  /**
   * What has happened.
   *
   * @param changed whether a row may have become pending
   * @param gone rows that were deleted, by hand or by their time to live; they may be back
   * @param lost whether events are missing: only comparing table and index tells what they said
   */
  record Events(boolean changed, List<RowKey> gone, boolean lost) {

    /**
     * Copies the list.
     *
     * @param changed whether a row may have become pending
     * @param gone rows that were deleted
     * @param lost whether events are missing
     */
    public Events {
      gone = List.copyOf(gone);
    }
  }
}
