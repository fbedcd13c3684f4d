package dev.faissjvm.spark.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The plan's page says what the simulation says, and the simulation what was measured. */
class PlanTest {

  @Test
  void thePagesTablesAreThoseOfTheRuns() throws IOException {
    String page = Files.readString(Path.of("PLAN.md"));

    assertThat(page).isEqualTo(PlanPage.of(page));
  }

  @Test
  void aRunThatTheCostsAreNotFromTookAsLongAsItsSimulation() {
    MeasuredRuns measured = MeasuredRuns.read();
    List<MeasuredRun> others = measured.runs().stream().filter(run -> run.cores() > 1).toList();

    assertThat(others).isNotEmpty();
    for (MeasuredRun run : others) {
      assertThat(run.simulated(measured.costs()).buildSeconds())
          .as(run.line())
          .isCloseTo(run.buildSeconds(), Percentage.withPercentage(25));
    }
  }

  @Test
  void costsAreThoseThatMakeTheRuns() {
    UnitCosts costs = new UnitCosts(500, 0.5, 4, 2_000, 1e6, 0.25);
    MeasuredRun large = run(costs, 100_000, 10);
    MeasuredRun small = run(costs, 1_000, 20);

    UnitCosts got = new MeasuredRuns("", List.of(small, large)).costs();

    assertThat(got.rowsPerCoreSecond()).isCloseTo(500, within(1e-6));
    assertThat(got.shardSeconds()).isCloseTo(0.5, within(1e-9));
    assertThat(got.startSeconds()).isEqualTo(4);
    assertThat(got.bytesPerRow()).isEqualTo(2_000);
    assertThat(got.joinBytesPerSecond()).isCloseTo(1e6, within(1e-3));
    assertThat(got.joinShardSeconds()).isCloseTo(0.25, within(1e-9));
  }

  private static MeasuredRun run(UnitCosts costs, int rows, int shards) {
    Simulation run = Simulation.of(costs, new Simulation.Setting(rows, shards, 1, 0), 0);
    return new MeasuredRun(
        1,
        rows,
        shards,
        costs.startSeconds(),
        run.buildSeconds() - costs.startSeconds(),
        run.buildSeconds(),
        run.joinSeconds(),
        (long) (rows * costs.bytesPerRow()));
  }

  @Test
  void aRunIsReadAsItWasWritten() {
    MeasuredRun run = new MeasuredRun(2, 117_791, 8, 6.25, 113.5, 57.75, 6, 214_700_000);

    assertThat(MeasuredRun.parse(run.line())).isEqualTo(run);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MeasuredRun.parse("cores=2 rows=3"))
        .withMessage("run: expected a line of BackfillBench, got cores=2 rows=3");
  }
}
