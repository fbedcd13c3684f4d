package dev.faissjvm.spark.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the tables of the plan's page anew, when its runs have changed. */
final class PlanPage {

  private static final double ITEM_BYTES = 400;

  private PlanPage() {}

  /** Arguments: the page. */
  public static void main(String[] arguments) throws IOException {
    Path page = Path.of(arguments[0]);
    Files.writeString(page, of(Files.readString(page)));
  }

  /** Returns a page with what the runs say between its marks. */
  static String of(String page) {
    MeasuredRuns runs = MeasuredRuns.read();
    String costs = replaced(page, "costs", runs.costs().lines());
    String where = replaced(costs, "where", List.of(runs.where()));
    String table = replaced(where, "table", PlanTable.lines(runs.costs(), ITEM_BYTES));
    return replaced(table, "runs", runs.lines());
  }

  private static String replaced(String page, String what, List<String> lines) {
    String mark = "<!-- " + what + " -->\n";
    int from = page.indexOf(mark);
    int to = page.indexOf("<!-- end -->", from);
    if (from < 0 || to < 0) {
      throw new IllegalArgumentException("page: expected " + mark.strip() + " and an end");
    }
    return page.substring(0, from) + mark + String.join("\n", lines) + "\n" + page.substring(to);
  }
}
