package dev.faissjvm.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a result is of what the machine can do: of the memory's rate or the matrix product's, which
 * the group {@code limits} measured in the same run, or of the products alone, which stand beside
 * the encoders.
 */
final class Shares {
  /** Beside a result: how much memory a call reads at least, one thread. */
  static final String BYTES = "bytes a call";

  /** Beside a result: what a call multiplies and adds, one thread. */
  static final String FLOPS = "flops a call";

  /** What is told as a share, not as a number. */
  static final Set<String> WORK = Set.of(BYTES, FLOPS);

  /** The beginning of what a contestant is called that only multiplies matrices. */
  static final String LIMIT = "limit ";

  private static final Map<String, Double> SECONDS = Map.of("us", 1e-6, "cpu ms", 1e-3);

  private final Map<String, Double> perSecond;

  private Shares(Map<String, Double> perSecond) {
    this.perSecond = perSecond;
  }

  /** Takes the limits of a run, if it has them. */
  static Shares of(ResultFile run) {
    Optional<Double> memory = limit(run, LimitsGroup.MEMORY_OF_ONE);
    Optional<Double> product = limit(run, LimitsGroup.PRODUCT_OF_ONE);
    return memory.isPresent() && product.isPresent()
        ? new Shares(Map.of(BYTES, memory.get(), FLOPS, product.get()))
        : new Shares(Map.of());
  }

  private static Optional<Double> limit(ResultFile run, String name) {
    return run.group("limits").stream()
        .filter(result -> result.name().equals(name))
        .findFirst()
        .map(result -> result.median() * 1e9);
  }

  /** Returns the share in words, or nothing where no limit is known. */
  String text(Result result, List<Result> row) {
    for (String work : List.of(BYTES, FLOPS)) {
      @Nullable Double amount = result.beside().get(work);
      @Nullable Double most = perSecond.get(work);
      @Nullable Double seconds = SECONDS.get(result.unit());
      if (amount != null && most != null && seconds != null) {
        double share = amount / (result.median() * seconds) / most;
        return said(share, work.equals(BYTES) ? "the memory's rate" : "the matrix product's rate");
      }
    }
    for (Result limit : row) {
      if (limit.contestant().startsWith(LIMIT) && !result.contestant().startsWith(LIMIT)) {
        String numbers = limit.contestant().substring(LIMIT.length());
        if (result.contestant().contains(numbers)) {
          return said(result.median() / limit.median(), "the products alone");
        }
      }
    }
    return "";
  }

  private static String said(double share, String limit) {
    return String.format(Locale.ROOT, ", %.0f %% of %s", 100 * share, limit);
  }
}
