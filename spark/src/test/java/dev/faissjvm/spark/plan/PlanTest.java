package dev.faissjvm.spark.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The plan's page says what the simulation says, and that what the runs were. */
class PlanTest {

  private static final double MOST_OFF = 0.15;
  private static final double ITEM_BYTES = 400;

  private static List<String> page() throws IOException {
    return Files.readAllLines(Path.of("PLAN.md"));
  }

  private static List<String> between(String from, String to) throws IOException {
    List<String> page = page();
    return page.subList(page.indexOf(from) + 1, page.indexOf(to));
  }

  @Test
  void thePagesTableIsTheSimulations() throws IOException {
    assertThat(between("<!-- table -->", "<!-- end -->"))
        .isEqualTo(PlanTable.lines(UnitCosts.measured(), ITEM_BYTES));
  }

  /** The page's rows: rows, shards, workers, seconds to build, seconds to join. */
  @Test
  void theSimulationIsTrueToTheRuns() throws IOException {
    List<String> runs = between("<!-- runs -->", "<!-- end of runs -->");
    assertThat(runs).hasSizeGreaterThanOrEqualTo(5);
    for (String run : runs.subList(2, runs.size())) {
      String[] cells = run.replace(",", "").split("\\|", -1);
      double[] numbers = new double[cells.length];
      for (int i = 1; i <= 5; i++) {
        numbers[i] = Double.parseDouble(cells[i].strip());
      }
      Simulation simulated =
          Simulation.of(
              UnitCosts.measured(),
              new Simulation.Setting(numbers[1], (int) numbers[2], (int) numbers[3], 0),
              1);
      assertThat(simulated.buildSeconds())
          .as(run)
          .isCloseTo(numbers[4], within(MOST_OFF * numbers[4]));
      assertThat(simulated.joinSeconds())
          .as(run)
          .isCloseTo(numbers[5], within(1 + MOST_OFF * numbers[5]));
    }
  }
}
