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

  private Compare() {}

  /** Returns a line for each result that moved, the greatest moves first. */
  static List<String> moved(ResultFile before, ResultFile after) {
    Map<String, Result> known = new HashMap<>();
    before.results().forEach(result -> known.put(result.key(), result));
    record Move(double share, String line) {}
    List<Move> moves = new ArrayList<>();
    for (Result now : after.results()) {
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
    return moves.stream().map(Move::line).toList();
  }
}
