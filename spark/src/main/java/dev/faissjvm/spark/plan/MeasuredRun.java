package dev.faissjvm.spark.plan;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a job took on executors of one core each.
 *
 * <pre>
 *   cores=2 rows=117791 shards=8 start=6.21 work=113.40 build=57.90 join=6.02 bytes=214700000
 * </pre>
 *
 * @param cores cores of all executors
 * @param rows rows of the index
 * @param shards how many shards they made
 * @param startSeconds from an executor's start to its first row: JVM, libraries, model
 * @param workSeconds what all shards took together, the starts left out
 * @param buildSeconds from the executors' start until the last shard was done
 * @param joinSeconds how long the join took
 * @param sizeBytes the bytes of the joined index
 */
public record MeasuredRun(
    int cores,
    long rows,
    int shards,
    double startSeconds,
    double workSeconds,
    double buildSeconds,
    double joinSeconds,
    long sizeBytes) {

  /**
   * Reads what {@link #line} wrote.
   *
   * @param line names and values
   * @return the run
   */
  public static MeasuredRun parse(String line) {
    Map<String, String> values = new HashMap<>();
    for (String pair : line.strip().split(" +", -1)) {
      int equals = pair.indexOf('=');
      values.put(pair.substring(0, Math.max(0, equals)), pair.substring(equals + 1));
    }
    try {
      return new MeasuredRun(
          Integer.parseInt(values.getOrDefault("cores", "")),
          Long.parseLong(values.getOrDefault("rows", "")),
          Integer.parseInt(values.getOrDefault("shards", "")),
          Double.parseDouble(values.getOrDefault("start", "")),
          Double.parseDouble(values.getOrDefault("work", "")),
          Double.parseDouble(values.getOrDefault("build", "")),
          Double.parseDouble(values.getOrDefault("join", "")),
          Long.parseLong(values.getOrDefault("bytes", "")));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("run: expected a line of BackfillBench, got " + line, e);
    }
  }

  /** {@return names and values, to be read by {@link #parse}} */
  public String line() {
    return String.format(
        Locale.ROOT,
        "cores=%d rows=%d shards=%d start=%.2f work=%.2f build=%.2f join=%.2f bytes=%d",
        cores,
        rows,
        shards,
        startSeconds,
        workSeconds,
        buildSeconds,
        joinSeconds,
        sizeBytes);
  }

  /**
   * Runs the same job in the simulation.
   *
   * @param costs what a row, a shard and a byte cost
   * @return how long it should have taken
   */
  public Simulation simulated(UnitCosts costs) {
    return Simulation.of(costs, new Simulation.Setting(rows, shards, cores, 0), 0);
  }
}
