package dev.faissjvm.spark.plan;

import java.util.List;
import java.util.Locale;

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

  /** {@return them, as lines of a table in Markdown} */
  public List<String> lines() {
    return List.of(
        "| what | cost |",
        "| --- | --- |",
        String.format(Locale.ROOT, "| a core | %,.0f rows a second |", rowsPerCoreSecond),
        String.format(Locale.ROOT, "| a shard, besides its rows | %.2f s |", shardSeconds),
        String.format(Locale.ROOT, "| an executor's start | %.1f s |", startSeconds),
        String.format(Locale.ROOT, "| the index | %,.0f bytes a row |", bytesPerRow),
        String.format(
            Locale.ROOT,
            "| the join | %.0f MB a second, %.2f s a shard |",
            joinBytesPerSecond / 1e6,
            joinShardSeconds));
  }
}
