package dev.faissjvm.spark.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The plan's table: for each size of a table what building its index takes, and what holding it
 * takes.
 *
 * <p>Dollars are those of the command line's dated prices for a server of four cores; a machine's
 * memory and disk are what its kind has.
 */
public final class PlanTable {

  /** Rows of a shard: a third of a minute's work for a core is enough to lose. */
  private static final double ROWS_A_SHARD = 20_000;

  private static final double SERVER_CORES = 4;
  private static final double SERVER_HOUR_DOLLARS = 0.1785;
  private static final double READ_MILLION_DOLLARS = 0.125;
  private static final double READ_BYTES = 4_096;
  private static final double LOSSES_PER_CORE_HOUR = 0.01;
  private static final long SEED = 1;

  private PlanTable() {}

  /**
   * A size of a table, and the cores that build its index.
   *
   * @param rows rows of the table
   * @param cores cores of all executors
   */
  public record Step(double rows, int cores) {}

  /** {@return the steps of the plan} */
  public static List<Step> steps() {
    return List.of(
        new Step(1e5, 2),
        new Step(1e6, 4),
        new Step(1e7, 16),
        new Step(1e8, 64),
        new Step(1e9, 512));
  }

  /**
   * Writes the table.
   *
   * @param costs what a row, a shard and a byte cost
   * @param itemBytes bytes of an item of the table
   * @return lines of a table in Markdown
   */
  public static List<String> lines(UnitCosts costs, double itemBytes) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| rows | cores | shards | build | join on one machine | lost | embedding, $ | Scan, $ |"
            + " index |");
    lines.add("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (Step step : steps()) {
      lines.add(line(costs, step, itemBytes));
    }
    return lines;
  }

  private static String line(UnitCosts costs, Step step, double itemBytes) {
    int shards = (int) Math.max(4.0 * step.cores(), Math.ceil(step.rows() / ROWS_A_SHARD));
    Simulation run =
        Simulation.of(
            costs,
            new Simulation.Setting(step.rows(), shards, step.cores(), LOSSES_PER_CORE_HOUR),
            SEED);
    double coreHours = run.buildSeconds() * step.cores() / 3_600;
    // A Scan counts the bytes of a page, not of each item.
    double reads = step.rows() * itemBytes / READ_BYTES;
    return String.format(
        Locale.ROOT,
        "| %,.0f | %d | %,d | %s | %s | %.1f %% | %,.2f | %,.2f | %s |",
        step.rows(),
        step.cores(),
        shards,
        span(run.buildSeconds()),
        span(run.joinSeconds()),
        100 * run.lostSeconds() / (run.buildSeconds() * step.cores()),
        coreHours / SERVER_CORES * SERVER_HOUR_DOLLARS,
        reads / 1e6 * READ_MILLION_DOLLARS,
        size(step.rows() * costs.bytesPerRow()));
  }

  static String span(double seconds) {
    if (seconds < 90) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 5_400
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3_600);
  }

  static String size(double bytes) {
    return bytes < 1e9
        ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%,.1f GB", bytes / 1e9);
  }
}
