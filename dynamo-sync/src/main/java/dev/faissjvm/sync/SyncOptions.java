package dev.faissjvm.sync;

import java.time.Duration;

/**
 * How a run goes about its work. Every wait and queue has a bound here.
 *
 * @param batchRows most rows embedded in one call, 1 to 10,000; it has fewer where texts are long
 * @param commitRows rows after which a commit is due
 * @param commitInterval time after which a commit is due; as a run comes to its end it commits
 *     sooner
 * @param readThreads batches read at once, 1 to 32
 * @param clearThreads rows settled at once, 1 to 64
 * @param maxPasses times the pending rows are listed again while there was something to do
 * @param maxTime time after which the run stops as if asked to
 */
public record SyncOptions(
    int batchRows,
    int commitRows,
    Duration commitInterval,
    int readThreads,
    int clearThreads,
    int maxPasses,
    Duration maxTime) {

  /**
   * Checks the bounds.
   *
   * @param batchRows most rows embedded in one call, 1 to 10,000; it has fewer where texts are long
   * @param commitRows rows after which a commit is due
   * @param commitInterval time after which a commit is due
   * @param readThreads batches read at once, 1 to 32
   * @param clearThreads rows settled at once, 1 to 64
   * @param maxPasses times the pending rows are listed again while there was something to do
   * @param maxTime time after which the run stops as if asked to
   */
  public SyncOptions {
    within("batchRows", batchRows, 10_000);
    within("commitRows", commitRows, 10_000_000);
    within("readThreads", readThreads, 32);
    within("clearThreads", clearThreads, 64);
    within("maxPasses", maxPasses, 1_000_000);
    if (commitInterval.isNegative() || maxTime.isNegative() || maxTime.isZero()) {
      throw new IllegalArgumentException(
          "options: expected spans of time above zero, got commitInterval="
              + commitInterval
              + ", maxTime="
              + maxTime);
    }
  }

  /**
   * {@return what suits most tables: batches of up to 4,096 rows, and a commit each 10,000 rows or
   * 15 seconds at the latest}
   */
  public static SyncOptions standard() {
    return new SyncOptions(4_096, 10_000, Duration.ofSeconds(15), 2, 32, 8, Duration.ofDays(7));
  }

  /**
   * Bounds the time of a run.
   *
   * @param time time after which the run stops as if asked to
   * @return new options
   */
  public SyncOptions withMaxTime(Duration time) {
    return new SyncOptions(
        batchRows, commitRows, commitInterval, readThreads, clearThreads, maxPasses, time);
  }

  /**
   * Sets the size of batches and commits.
   *
   * @param batch most rows embedded in one call
   * @param commit rows after which a commit is due
   * @return new options
   */
  public SyncOptions withSizes(int batch, int commit) {
    return new SyncOptions(
        batch, commit, commitInterval, readThreads, clearThreads, maxPasses, maxTime);
  }

  private static void within(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + ": expected 1 to " + most + ", got " + value);
    }
  }
}
