package dev.faissjvm.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The plots of a run: what grows with what, and what a query costs at which recall.
 *
 * <p>They are drawn from the names of cases: {@code search by rows: 1000} is a point of a growth
 * curve, {@code 20,000 glosses: recall 0.95, 5.0 % kept} one of a curve of recall and time.
 */
final class Plots {

  private static final Pattern GROWTH = Pattern.compile("(.+ by (.+)): (\\d+)");
  private static final Pattern PARETO =
      Pattern.compile("(.+): (?:recall|setting) [0-9.]+(, .+ % kept)?");

  private Plots() {}

  /**
   * Returns plots by the name of their file, in the order of what was measured.
   *
   * @param jdk a part of the names, since runs on two JDKs are shown beside each other
   */
  static Map<String, Plot> of(List<Result> results, String jdk) {
    Map<String, Plot> plots = new LinkedHashMap<>();
    Map<String, List<Result>> growth = new LinkedHashMap<>();
    Map<String, List<Result>> pareto = new LinkedHashMap<>();
    for (Result result : results) {
      Matcher grows = GROWTH.matcher(result.name());
      Matcher finds = PARETO.matcher(result.name());
      if (grows.matches()) {
        growth.computeIfAbsent(grows.group(1), name -> new ArrayList<>()).add(result);
      } else if (finds.matches()) {
        String kept = finds.group(2) == null ? "" : finds.group(2);
        pareto.computeIfAbsent(finds.group(1) + kept, name -> new ArrayList<>()).add(result);
      }
    }
    growth.forEach((name, points) -> plots.put(file(name + " " + jdk), growth(name, points)));
    pareto.forEach(
        (name, points) -> plots.put(file("recall " + name + " " + jdk), pareto(name, points)));
    return plots;
  }

  private static String file(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "")
        + ".svg";
  }

  private static Plot growth(String name, List<Result> results) {
    Map<String, Map<Double, Double>> lines = new LinkedHashMap<>();
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    String by = "";
    for (Result result : results) {
      Matcher matcher = GROWTH.matcher(result.name());
      if (matcher.matches()) {
        by = matcher.group(2);
        double place = Double.parseDouble(matcher.group(3));
        lines
            .computeIfAbsent(result.contestant(), key -> new TreeMap<>())
            .put(place, result.median());
        x.add(place);
        y.add(result.median());
      }
    }
    boolean wide = x.stream().anyMatch(place -> place >= 100 * x.get(0));
    Axis across = wide ? Axis.logarithmic(by, x) : Axis.linear(by, x);
    return new Plot(name, across, Axis.logarithmic(results.get(0).unit(), y), series(lines));
  }

  private static Plot pareto(String name, List<Result> results) {
    Map<String, Map<Double, Double>> lines = new LinkedHashMap<>();
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    Predicate<Result> known = result -> result.beside().containsKey("recall");
    for (Result result : results.stream().filter(known).toList()) {
      double recall = result.beside().getOrDefault("recall", 0.0);
      lines
          .computeIfAbsent(result.contestant(), key -> new TreeMap<>())
          .merge(recall, result.median(), Math::min);
      x.add(recall);
      y.add(result.median());
    }
    lines.values().forEach(Plots::keepFront);
    return new Plot(
        "what a query costs at a recall: " + name,
        Axis.linear("recall among the first ten", x),
        Axis.logarithmic(results.get(0).unit(), y),
        series(lines));
  }

  /** Drops each point that another one, of a higher recall, undercuts. */
  private static void keepFront(Map<Double, Double> points) {
    double least = Double.POSITIVE_INFINITY;
    for (double recall : points.keySet().stream().sorted(Comparator.reverseOrder()).toList()) {
      double cost = points.getOrDefault(recall, least);
      if (cost > least) {
        points.remove(recall);
      }
      least = Math.min(least, cost);
    }
  }

  private static List<Plot.Series> series(Map<String, Map<Double, Double>> lines) {
    List<Plot.Series> series = new ArrayList<>();
    lines.forEach(
        (name, points) -> {
          List<double[]> all = new ArrayList<>();
          points.forEach((x, y) -> all.add(new double[] {x, y}));
          series.add(new Plot.Series(name, all));
        });
    return series;
  }
}
