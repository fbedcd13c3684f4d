package dev.faissjvm.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells what moved between two runs beyond the noise that they measured themselves. */
final class Compare {

  /** A move below this share is never told: five rounds cannot show it. */
  static final double LEAST = 0.05;

  /** What is to stay as it is, however the time moves, and by how much it may fall. */
  private static final Map<String, Double> WORTH =
      Map.of("recall", 0.005, "cosine", 0.0005, "same ids", 0.005);

  private Compare() {}

  /**
   * Returns a line for each result that moved, the greatest moves first; then one for each whose
   * worth fell, and for each that only one run has.
   */
  static List<String> moved(ResultFile before, ResultFile after) {
    Map<String, Result> known = new HashMap<>();
    before.measured().forEach(result -> known.put(result.key(), result));
    record Move(double share, String line) {}
    List<Move> moves = new ArrayList<>();
    for (Result now : after.measured()) {
      Result then = known.get(now.key());
      if (then == null) {
        continue;
      }
      double ratio = now.median() / then.median();
      double worse = now.greaterIsBetter() ? 1 / ratio : ratio;
      double noise = Math.max(LEAST, then.spread() + now.spread());
      if (Math.abs(worse - 1) > noise) {
        moves.add(
            new Move(
                Math.abs(worse - 1),
                String.format(
                    Locale.ROOT,
                    "%s: %.4g -> %.4g %s, %s by %.0f %% (noise %.0f %%)",
                    now.key(),
                    then.median(),
                    now.median(),
                    now.unit(),
                    worse > 1 ? "worse" : "better",
                    100 * Math.abs(worse - 1),
                    100 * noise)));
      }
    }
    moves.sort((a, b) -> Double.compare(b.share(), a.share()));
    List<String> lines = new ArrayList<>(moves.stream().map(Move::line).toList());
    for (Result now : after.measured()) {
      Result then = known.remove(now.key());
      if (then == null) {
        lines.add(now.key() + ": only in the second run");
      } else {
        lines.addAll(fallen(then, now));
      }
    }
    known.keySet().stream().sorted().forEach(key -> lines.add(key + ": only in the first run"));
    return lines;
  }

  private static List<String> fallen(Result then, Result now) {
    List<String> lines = new ArrayList<>();
    WORTH.forEach(
        (name, most) -> {
          double before = then.beside().getOrDefault(name, 0.0);
          double after = now.beside().getOrDefault(name, 0.0);
          if (before - after > most) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%s: %s %.4f -> %.4f, worse by %.1f %%",
                    now.key(),
                    name,
                    before,
                    after,
                    100 * (before - after) / before));
          }
        });
    return lines;
  }
}
