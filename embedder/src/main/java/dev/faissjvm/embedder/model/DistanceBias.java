package dev.faissjvm.embedder.model;

/**
 * Which row of its learnt bias MPNet adds to the attention between two tokens, by their distance.
 *
 * @see <a href="https://arxiv.org/abs/1910.10683">Raffel et al., T5, 2019, section 2.1</a>
 */
public final class DistanceBias {
  private static final int MAX_DISTANCE = 128;

  private DistanceBias() {}

  /**
   * Returns the row for a distance: exact up to a quarter of the rows in each direction, then
   * logarithmic.
   *
   * @param distance from the token that looks to the one that it looks at, in tokens
   * @param rows of the bias, at least 4
   * @return 0 to {@code rows - 1}
   */
  public static int row(int distance, int rows) {
    int half = rows / 2;
    int exact = half / 2;
    int base = distance > 0 ? half : 0;
    int n = Math.abs(distance);
    if (n < exact) {
      return base + n;
    }
    // Single precision, as the reference computes it: the edges of the rows depend on it.
    float ratio =
        (float) Math.log((float) n / exact) / (float) Math.log(MAX_DISTANCE / (double) exact);
    return base + Math.min(half - 1, exact + (int) (ratio * (half - exact)));
  }
}
