package dev.faissjvm.spark.plan;

/**
 * What one row, one shard and one byte cost.
 *
 * @param rowsPerCoreSecond rows that one core reads, embeds and indexes a second
 * @param shardSeconds what a shard takes besides its rows: clients, commit, publishing
 * @param startSeconds from an executor's start to its first row: JVM, libraries, model
 * @param bytesPerRow bytes of the index for a row: vector, codes, text
 * @param joinBytesPerSecond bytes that one machine fetches, checks and joins a second
 * @param joinShardSeconds what a shard takes in the join besides its bytes
 */
public record UnitCosts(
    double rowsPerCoreSecond,
    double shardSeconds,
    double startSeconds,
    double bytesPerRow,
    double joinBytesPerSecond,
    double joinShardSeconds) {

  /**
   * Checks that the numbers make sense.
   *
   * @param rowsPerCoreSecond rows that one core reads, embeds and indexes a second
   * @param shardSeconds what a shard takes besides its rows
   * @param startSeconds from an executor's start to its first row
   * @param bytesPerRow bytes of the index for a row
   * @param joinBytesPerSecond bytes that one machine fetches, checks and joins a second
   * @param joinShardSeconds what a shard takes in the join besides its bytes
   */
  public UnitCosts {
    if (!(rowsPerCoreSecond > 0 && bytesPerRow > 0 && joinBytesPerSecond > 0)
        || !(shardSeconds >= 0 && startSeconds >= 0 && joinShardSeconds >= 0)) {
      throw new IllegalArgumentException("unit costs: expected rates above zero and no negative");
    }
  }

  /** {@return those of PLAN.md, which says which are measured} */
  public static UnitCosts standard() {
    return new UnitCosts(400, 1, 8, 1_823, 50e6, 0.2);
  }
}
