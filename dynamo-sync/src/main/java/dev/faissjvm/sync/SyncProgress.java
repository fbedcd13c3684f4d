package dev.faissjvm.sync;

/**
 * Hears how far a run is. Called on the run's threads, one call at a time, a few times a second at
 * most, and once at the end; it should return quickly.
 */
@FunctionalInterface
public interface SyncProgress {

  /** Hears nothing. */
  SyncProgress SILENT = state -> {};

  /**
   * Tells how far the run is.
   *
   * @param state the counts now
   */
  void update(State state);

  /**
   * How far a run is.
   *
   * @param done rows dealt with
   * @param total rows to deal with in all as far as they are listed, or -1 until the listing ends
   * @param rowsPerSecond the rate since the run began
   */
  record State(long done, long total, double rowsPerSecond) {}
}
