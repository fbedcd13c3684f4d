package dev.faissjvm.spark.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The plan's page says what the simulation says. */
class PlanTest {

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
        .isEqualTo(PlanTable.lines(UnitCosts.standard(), ITEM_BYTES));
  }
}
