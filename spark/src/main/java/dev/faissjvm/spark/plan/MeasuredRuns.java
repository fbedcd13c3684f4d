package dev.faissjvm.spark.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The runs that the plan rests on.
 *
 * <p>The unit costs come from two runs on one core: one with few rows in many shards, one with many
 * rows in few. What a row and what a shard takes are the two unknowns of two equations; so are what
 * a byte and what a shard takes in the join. The other runs check what the simulation makes of it.
 *
 * @param where machine and day
 * @param runs the runs
 */
public record MeasuredRuns(String where, List<MeasuredRun> runs) {

  private static final String FILE = "runs.txt";
  private static final Comparator<MeasuredRun> ROWS_A_SHARD =
      Comparator.comparingDouble(run -> (double) run.rows() / run.shards());

  /**
   * Copies the list.
   *
   * @param where machine and day
   * @param runs the runs
   */
  public MeasuredRuns {
    runs = List.copyOf(runs);
  }

  /** {@return those of {@code runs.txt}, a line each, after a line that says where} */
  public static MeasuredRuns read() {
    try (InputStream in = MeasuredRuns.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("plan: expected the resource " + FILE + ", got none");
      }
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(String::strip).toList();
      return new MeasuredRuns(
          lines.get(0), lines.stream().skip(1).map(MeasuredRun::parse).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MeasuredRun ofOneCore(Comparator<MeasuredRun> most) {
    return runs.stream()
        .filter(run -> run.cores() == 1)
        .max(most)
        .orElseThrow(() -> new IllegalArgumentException("runs: expected some on one core"));
  }

  /** {@return what follows from the runs on one core} */
  public UnitCosts costs() {
    MeasuredRun large = ofOneCore(ROWS_A_SHARD);
    MeasuredRun small = ofOneCore(ROWS_A_SHARD.reversed());
    double row =
        first(
            new double[] {large.rows(), large.shards(), large.workSeconds()},
            new double[] {small.rows(), small.shards(), small.workSeconds()});
    double joinedByte =
        first(
            new double[] {large.sizeBytes(), large.shards(), large.joinSeconds()},
            new double[] {small.sizeBytes(), small.shards(), small.joinSeconds()});
    return new UnitCosts(
        1 / row,
        Math.max(0, (small.workSeconds() - small.rows() * row) / small.shards()),
        large.startSeconds(),
        (double) large.sizeBytes() / large.rows(),
        1 / joinedByte,
        Math.max(0, (small.joinSeconds() - small.sizeBytes() * joinedByte) / small.shards()));
  }

  /** Solves {@code a[0] x + a[1] y = a[2], b[0] x + b[1] y = b[2]} for x. */
  private static double first(double[] a, double[] b) {
    return (a[2] * b[1] - b[2] * a[1]) / (a[0] * b[1] - b[0] * a[1]);
  }

  /** {@return each run beside its simulation, as lines of a table in Markdown} */
  public List<String> lines() {
    UnitCosts costs = costs();
    List<String> lines = new ArrayList<>();
    lines.add("| cores | rows | shards | rows a second | build | simulated | join | simulated |");
    lines.add("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (MeasuredRun run : runs) {
      Simulation simulated = run.simulated(costs);
      lines.add(
          String.format(
              Locale.ROOT,
              "| %d | %,d | %d | %,.0f | %.1f s | %.1f s | %.1f s | %.1f s |",
              run.cores(),
              run.rows(),
              run.shards(),
              run.rows() / run.buildSeconds(),
              run.buildSeconds(),
              simulated.buildSeconds(),
              run.joinSeconds(),
              simulated.joinSeconds()));
    }
    return lines;
  }
}
