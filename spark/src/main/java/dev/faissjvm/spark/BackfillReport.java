package dev.faissjvm.spark;

import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a job did.
 *
 * @param alreadyBuilt whether an earlier run had made the index, so that nothing was to be done
 * @param shards every shard of the index
 * @param shardsBuilt how many of them this run built; an earlier one built the others
 * @param buildMillis how long the executors took
 * @param joinMillis how long it took to join the shards
 * @param snapshot the number under which the index was published, 0 if it was not
 */
public record BackfillReport(
    boolean alreadyBuilt,
    List<ShardReport> shards,
    int shardsBuilt,
    long buildMillis,
    long joinMillis,
    long snapshot) {

  /**
   * Copies the list.
   *
   * @param alreadyBuilt whether an earlier run had made the index
   * @param shards every shard of the index
   * @param shardsBuilt how many of them this run built
   * @param buildMillis how long the executors took
   * @param joinMillis how long it took to join the shards
   * @param snapshot the number under which the index was published, 0 if it was not
   */
  public BackfillReport {
    shards = List.copyOf(shards);
  }

  static BackfillReport nothingToDo() {
    return new BackfillReport(true, List.of(), 0, 0, 0, 0);
  }

  static BackfillReport of(
      Collection<ShardReport> shards, int built, long buildMillis, long joinMillis) {
    return new BackfillReport(false, List.copyOf(shards), built, buildMillis, joinMillis, 0);
  }

  BackfillReport published(long number) {
    return new BackfillReport(alreadyBuilt, shards, shardsBuilt, buildMillis, joinMillis, number);
  }

  /** {@return rows in the index} */
  public long rows() {
    return sum(ShardReport::rows);
  }

  /**
   * {@return a count, over all shards}
   *
   * @param count what is counted
   */
  public long sum(ToLongFunction<ShardReport> count) {
    return shards.stream().mapToLong(count).sum();
  }
}
