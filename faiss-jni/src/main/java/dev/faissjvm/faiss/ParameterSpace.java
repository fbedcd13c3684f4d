package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeLibrary;
import dev.faissjvm.faiss.raw.Shim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds which search parameters of an index are worth their time: Faiss's {@code ParameterSpace},
 * with its ranges.
 *
 * <p>Every combination is a search with {@link SearchOptions}, so the index keeps its own settings.
 * For that, what only the index can hold is left out: {@code ht}, and {@code k_factor} of an {@code
 * IVF,PQ8+8}.
 *
 * <p><b>Threads.</b> Immutable; share it. A search takes one thread; whatever else runs meanwhile
 * is measured with it.
 *
 * <pre>{@code
 * Neighbors truth = Distances.by(Metric.L2, 384).nearest(queries, vectors, 10);
 * ParameterSpace.Points points = ParameterSpace.of(index)
 *     .explore(index, queries, 10, found -> Recall.intersection(found, truth));
 * }</pre>
 *
 * @see <a
 *     href="https://github.com/facebookresearch/faiss/wiki/Index-IO,-cloning-and-hyper-parameter-tuning">
 *     Faiss: hyper-parameter tuning</a>
 */
public final class ParameterSpace {
  private static final Set<String> OF_A_CALL =
      Set.of(
          "nprobe",
          "efSearch",
          "max_codes",
          "k_factor_rf",
          "quantizer_nprobe",
          "quantizer_efSearch");
  private static final int MAX_COMBINATIONS = 1_000_000;

  private final Map<String, List<Double>> ranges;
  private final int experiments;

  private ParameterSpace(Map<String, List<Double>> ranges, int experiments) {
    this.ranges = ranges;
    this.experiments = experiments;
    long combinations = 1;
    for (List<Double> values : ranges.values()) {
      combinations = Checks.atMost("combinations", MAX_COMBINATIONS, combinations * values.size());
    }
  }

  /**
   * One combination and what came of it.
   *
   * @param parameters for {@link SearchOptions#parse}
   * @param quality what the criterion said of the search
   * @param seconds the search took, for all queries
   */
  public record Point(String parameters, double quality, double seconds) {}

  /**
   * What was found.
   *
   * @param all every combination that was tried, in the order of the trials
   * @param optimal those than which none is both as fast and as good, the fastest first
   */
  public record Points(List<Point> all, List<Point> optimal) {}

  /**
   * {@return the parameters that Faiss would try of this index, at most 500 combinations}
   *
   * @param index stays as it is
   */
  public static ParameterSpace of(VectorIndex index) {
    String text =
        index.ask("parameters", null, () -> NativeLibrary.text(Shim.parameterRanges(index.index)));
    Map<String, List<Double>> ranges = new LinkedHashMap<>();
    text.lines()
        .map(line -> line.split("=", 2))
        .filter(range -> OF_A_CALL.contains(range[0]) && !range[1].isEmpty())
        .forEach(
            range ->
                ranges.put(
                    range[0],
                    Arrays.stream(range[1].split(" ")).map(SearchOptions::number).toList()));
    return new ParameterSpace(ranges, 500);
  }

  /**
   * {@return the same with other values of a parameter, known to it or not}
   *
   * @param name such as {@code nprobe}
   * @param values from the fastest to the best
   * @throws IllegalArgumentException if there is none, or a search would refuse one
   */
  public ParameterSpace with(String name, double... values) {
    Checks.atLeast("values of " + name, 1, values.length);
    Map<String, List<Double>> changed = new LinkedHashMap<>(ranges);
    changed.put(name, Arrays.stream(values).boxed().toList());
    for (double value : values) {
      SearchOptions unused = SearchOptions.parse(name + "=" + value);
    }
    return new ParameterSpace(changed, experiments);
  }

  /**
   * {@return the same with another number of combinations that are tried at most}
   *
   * @param most at least 3
   */
  public ParameterSpace experiments(int most) {
    return new ParameterSpace(ranges, (int) Checks.atLeast("experiments", 3, most));
  }

  /** {@return every combination, in Faiss's notation and order} */
  public List<String> combinations() {
    return IntStream.range(0, size()).mapToObj(this::combination).toList();
  }

  /**
   * Tries the fastest combination, the best, and others in between in a random order that is always
   * the same; not those than which a point that is there must be both faster and better, if a
   * larger value means slower and better.
   *
   * @param index searched, and left as it is
   * @param queries row-major float32; so many that their search takes longer than a clock's tick
   * @param k neighbours a query
   * @param criterion says how good an answer is, from 0 to 1, such as {@link Recall#intersection}
   * @return the points
   * @throws UnsupportedOperationException if the kind takes no parameters by the call
   */
  public Points explore(
      VectorIndex index, float[] queries, int k, ToDoubleFunction<Neighbors> criterion) {
    int all = size();
    List<Integer> order = new ArrayList<>(List.of(0));
    if (all > 1) {
      List<Integer> between = IntStream.range(1, all - 1).boxed().collect(Collectors.toList());
      Collections.shuffle(between, new Random(1234));
      order.add(all - 1);
      order.addAll(between);
    }
    List<Integer> tried = new ArrayList<>();
    List<Point> points = new ArrayList<>();
    for (int number : order.subList(0, Math.min(all, experiments))) {
      if (cannotBeOptimal(number, tried, points)) {
        continue;
      }
      String parameters = combination(number);
      SearchOptions options = SearchOptions.parse(parameters);
      long start = System.nanoTime();
      Neighbors found = index.search(queries, k, options);
      double seconds = (System.nanoTime() - start) / 1e9;
      tried.add(number);
      points.add(new Point(parameters, criterion.applyAsDouble(found), seconds));
    }
    return new Points(List.copyOf(points), optimal(points));
  }

  private static List<Point> optimal(List<Point> points) {
    List<Point> sorted = new ArrayList<>(points);
    sorted.sort(
        (a, b) ->
            a.seconds() != b.seconds()
                ? Double.compare(a.seconds(), b.seconds())
                : Double.compare(b.quality(), a.quality()));
    List<Point> optimal = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (Point point : sorted) {
      if (point.quality() > best) {
        best = point.quality();
        optimal.add(point);
      }
    }
    return List.copyOf(optimal);
  }

  /** Faiss's bounds: as slow as any smaller combination, no better than any larger one. */
  private boolean cannotBeOptimal(int number, List<Integer> tried, List<Point> points) {
    double slowest = 0;
    double best = 1;
    for (int i = 0; i < points.size(); i++) {
      if (isAtLeast(number, tried.get(i))) {
        slowest = Math.max(slowest, points.get(i).seconds());
      }
      if (isAtLeast(tried.get(i), number)) {
        best = Math.min(best, points.get(i).quality());
      }
    }
    for (Point point : points) {
      if (point.quality() >= best && point.seconds() <= slowest) {
        return true;
      }
    }
    return false;
  }

  private boolean isAtLeast(int number, int other) {
    for (List<Double> values : ranges.values()) {
      if (number % values.size() < other % values.size()) {
        return false;
      }
      number /= values.size();
      other /= values.size();
    }
    return true;
  }

  private int size() {
    return ranges.values().stream().mapToInt(List::size).reduce(1, (a, b) -> a * b);
  }

  private String combination(int number) {
    List<String> settings = new ArrayList<>();
    for (Map.Entry<String, List<Double>> range : ranges.entrySet()) {
      List<Double> values = range.getValue();
      settings.add(range.getKey() + "=" + text(values.get(number % values.size())));
      number /= values.size();
    }
    return String.join(",", settings);
  }

  private static String text(double value) {
    if (Double.isInfinite(value)) {
      return "inf";
    }
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
