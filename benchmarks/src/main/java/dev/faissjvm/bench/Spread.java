package dev.faissjvm.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How far the figures of several runs lie apart: each figure's own, and its ratio to the first
 * contestant of its case, which is what is quoted.
 */
final class Spread {

  /** Beyond this a ratio is not stable enough to be quoted. */
  static final double MOST = 0.10;

  private Spread() {}

  /**
   * The runs of one figure.
   *
   * @param key what it is
   * @param figure how far its medians reach, as a share of the middle one
   * @param ratio the same of its ratio to the first contestant of its case; 0 for that one, the
   *     figure's own where it is alone
   */
  record Line(String key, double figure, double ratio) {

    boolean isStable() {
      return ratio <= MOST;
    }

    @Override
    public String toString() {
      return String.format(
              Locale.ROOT, "%s: ±%.0f %%, ratio ±%.0f %%", key, 50 * figure, 50 * ratio)
          + (isStable() ? "" : ", NOT STABLE");
    }
  }

  /** Returns a line for each figure that all runs have. */
  static List<Line> of(List<ResultFile> runs) {
    Map<String, List<Double>> figures = new LinkedHashMap<>();
    Map<String, List<Double>> ratios = new LinkedHashMap<>();
    for (ResultFile run : runs) {
      Map<String, List<Result>> cases = new LinkedHashMap<>();
      for (Result result : run.measured()) {
        cases.computeIfAbsent(result.group() + result.name(), key -> new ArrayList<>()).add(result);
      }
      for (Result result : run.measured()) {
        double median = result.median();
        List<Result> beside = cases.getOrDefault(result.group() + result.name(), List.of());
        double against = beside.size() == 1 ? 1 : beside.get(0).median();
        figures.computeIfAbsent(result.key(), key -> new ArrayList<>()).add(median);
        ratios.computeIfAbsent(result.key(), key -> new ArrayList<>()).add(median / against);
      }
    }
    List<Line> lines = new ArrayList<>();
    figures.forEach(
        (key, all) -> {
          if (all.size() == runs.size()) {
            lines.add(new Line(key, reach(all), reach(ratios.getOrDefault(key, all))));
          }
        });
    return lines;
  }

  /** Returns the lines as a page. */
  static String page(List<Line> lines, Map<String, ResultFile> runs) {
    StringBuilder page = new StringBuilder("# From run to run\n\n");
    page.append(
        "How far the medians of these runs reach to either side of the middle one: each figure's own, and"
            + " that of its ratio\nto the first contestant of its case, which is what is quoted (the"
            + " figure's own where it is alone).\n\n");
    runs.forEach((name, run) -> page.append("- ").append(Report.source(run, name)).append('\n'));
    long unstable = lines.stream().filter(line -> !line.isStable()).count();
    page.append("\n").append(lines.size()).append(" figures, ").append(unstable);
    page.append(" with a ratio beyond ±5 %.\n\n| | figure | ratio |\n| --- | ---: | ---: |\n");
    for (Line line : lines) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %s | ±%.0f %% | %s±%.0f %% |%n",
              line.key().replace(" | ", ": "),
              50 * line.figure(),
              line.isStable() ? "" : "**not stable** ",
              50 * line.ratio()));
    }
    return page.toString();
  }

  private static double reach(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return (sorted.get(sorted.size() - 1) - sorted.get(0)) / sorted.get(sorted.size() / 2);
  }
}
