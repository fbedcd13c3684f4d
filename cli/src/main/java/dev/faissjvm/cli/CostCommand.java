package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.console.TextTable;
import dev.faissjvm.cli.cost.Estimate;
import dev.faissjvm.cli.cost.Load;
import dev.faissjvm.cli.cost.Prices;
import dev.faissjvm.cli.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code faissjvm cost}: what a table's search costs a month, with this and with other means. */
@CommandLine.Command(
    name = "cost",
    mixinStandardHelpOptions = true,
    description = "Estimate what a table's search costs a month, with this and with other means.",
    footerHeading = "%nExample:%n",
    footer = "  faissjvm cost --rows 1000000 --changes 20000 --searches 50000")
final class CostCommand extends Command {

  private static final int WIDTH = 100;

  @Option(names = "--rows", paramLabel = "N", required = true, description = "Rows in the table.")
  private double rows;

  @Option(
      names = "--changes",
      paramLabel = "N",
      required = true,
      description = "Rows whose text changes each day.")
  private double changes;

  @Option(
      names = "--searches",
      paramLabel = "N",
      required = true,
      description = "Searches each day.")
  private double searches;

  @Option(names = "--dimension", defaultValue = "384", description = "A vector's components; 384.")
  private int dimension;

  @Option(names = "--text-bytes", defaultValue = "500", description = "Bytes of a row's text; 500.")
  private int textBytes;

  @Option(
      names = "--function-rate",
      paramLabel = "ROWS/S",
      description = "Rows that the function embeds a second; by default derived, as is said.")
  private @Nullable Double functionRate;

  @Option(
      names = "--server-rate",
      paramLabel = "ROWS/S",
      description = "Rows that a server of four processors embeds a second; by default derived.")
  private @Nullable Double serverRate;

  @Option(
      names = "--gpu-rate",
      paramLabel = "ROWS/S",
      description = "Rows that a server with a GPU embeds a second; 15000 by default, assumed.")
  private @Nullable Double gpuRate;

  @Option(
      names = "--search-millis",
      paramLabel = "MS",
      description = "Milliseconds of a warm search; 20 by default, assumed.")
  private @Nullable Double searchMillis;

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description = "Other prices than those that come along, in a file of the same form.")
  private @Nullable Path prices;

  CostCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    Prices list = Prices.read(prices);
    Load load;
    Estimate estimate;
    try {
      load =
          new Load(
              rows,
              changes,
              searches,
              dimension,
              textBytes,
              functionRate == null ? list.of("function.rows-per-second") : functionRate,
              serverRate == null ? list.of("server.rows-per-second") : serverRate,
              gpuRate == null ? list.of("gpu-server.rows-per-second") : gpuRate,
              searchMillis == null ? list.of("search.millis") : searchMillis);
      estimate = Estimate.of(load, list);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "cost: " + e.getMessage(), e);
    }
    if (json) {
      ObjectNode object = Json.object().put("prices", list.date());
      ObjectNode monthly = object.putObject("dollarsPerMonth");
      estimate.monthly().forEach((way, dollars) -> monthly.put(way, rounded(dollars)));
      object
          .put("utilisation", estimate.utilisation())
          .put("firstLoadHours", estimate.firstLoadHours())
          .put("advice", estimate.advice(load));
      print(Json.line(object));
    } else {
      table(estimate, load, list);
    }
    return ExitCode.OK;
  }

  private void table(Estimate estimate, Load load, Prices list) {
    TextTable table = new TextTable(0, "way", "$ a month");
    for (Map.Entry<String, Double> way : estimate.monthly().entrySet()) {
      table.add(way.getKey(), String.format(Locale.ROOT, "%,.2f", way.getValue()));
    }
    table.lines(WIDTH).forEach(this::print);
    print(
        String.format(
            Locale.ROOT,
            "%s: embedding takes %.2f %% of its day, the whole table once %.1f hours",
            estimate.advice(load),
            100 * estimate.utilisation(),
            estimate.firstLoadHours()));
    note("cost: prices of " + list.date() + ", us-east-1, without free tiers and transfer");
    note(
        String.format(
            Locale.ROOT,
            "cost: rows embedded a second: %.0f in the function and %.0f on a server, derived from"
                + " %s; %.0f on a GPU, assumed like the %.0f ms a search",
            load.functionRowsPerSecond(),
            load.serverRowsPerSecond(),
            list.measuredIn(),
            load.gpuRowsPerSecond(),
            load.searchMillis()));
  }

  private static double rounded(double dollars) {
    return Math.round(dollars * 100) / 100.0;
  }
}
