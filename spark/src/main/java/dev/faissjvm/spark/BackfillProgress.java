package dev.faissjvm.spark;

/** Hears how far a job is, by one thread. */
@FunctionalInterface
public interface BackfillProgress {

  /** Says nothing. */
  BackfillProgress SILENT = (rows, done, of) -> {};

  /**
   * Tells how far the job is.
   *
   * @param rows rows of shards that are done
   * @param shardsDone shards that are done
   * @param shards shards in all
   */
  void update(long rows, int shardsDone, int shards);
}
