package dev.faissjvm.spark.plan;

import java.util.PriorityQueue;
import java.util.Random;

/**
 * A job as a queue of shards and cores that take from it.
 *
 * <p>A core starts its executor, then takes one shard after the other. Cores are lost at random,
 * with exponential times between losses: the shard in hand is for nothing and goes back into the
 * queue, and another executor starts. When the queue is empty and every core has ended, one machine
 * joins the shards.
 *
 * <p><b>Threads.</b> Values only; equal seeds give equal outcomes.
 *
 * @param buildSeconds from the start until the last shard is done
 * @param joinSeconds how long the join takes
 * @param lostSeconds core seconds of work for nothing
 * @param losses cores lost
 */
public record Simulation(double buildSeconds, double joinSeconds, double lostSeconds, int losses) {

  /**
   * A job.
   *
   * @param rows rows of the table
   * @param shards how many shards they make
   * @param cores cores of all executors
   * @param lossesPerCoreHour how many times a core is lost in an hour; 0 for never
   */
  public record Setting(double rows, int shards, int cores, double lossesPerCoreHour) {

    /**
     * Checks that the numbers make sense.
     *
     * @param rows rows of the table
     * @param shards how many shards they make
     * @param cores cores of all executors
     * @param lossesPerCoreHour how many times a core is lost in an hour
     */
    public Setting {
      if (!(rows >= 1) || shards < 1 || cores < 1 || !(lossesPerCoreHour >= 0)) {
        throw new IllegalArgumentException("setting: expected a row, a shard and a core or more");
      }
    }
  }

  /**
   * Runs a job.
   *
   * @param costs what a row, a shard and a byte cost
   * @param setting the job
   * @param seed for the losses
   * @return how long it took
   */
  public static Simulation of(UnitCosts costs, Setting setting, long seed) {
    Random random = new Random(seed);
    double shardSeconds =
        costs.shardSeconds() + setting.rows / setting.shards / costs.rowsPerCoreSecond();
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int i = 0; i < setting.cores; i++) {
      free.add(costs.startSeconds());
    }
    double end = 0;
    double lost = 0;
    int losses = 0;
    int left = setting.shards;
    while (left > 0) {
      double from = free.remove();
      double until = from + untilLoss(random, setting.lossesPerCoreHour);
      if (until < from + shardSeconds) {
        lost += until - from;
        losses++;
        free.add(until + costs.startSeconds());
      } else {
        left--;
        end = Math.max(end, from + shardSeconds);
        free.add(from + shardSeconds);
      }
    }
    double join =
        setting.rows * costs.bytesPerRow() / costs.joinBytesPerSecond()
            + setting.shards * costs.joinShardSeconds();
    return new Simulation(end, join, lost, losses);
  }

  /** The times between losses have no memory, so each shard may draw anew. */
  private static double untilLoss(Random random, double perHour) {
    return perHour == 0
        ? Double.POSITIVE_INFINITY
        : -Math.log(1 - random.nextDouble()) * 3_600 / perHour;
  }
}
