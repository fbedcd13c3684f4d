package dev.faissjvm.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.lucene.util.VectorUtil;

/**
 * The product of each query with its tenth best accepted vector, for filters that keep all, half, a
 * twentieth and a two-hundredth: a hit that is as good has been found, whichever of equals it is.
 * Computed in plain Java, once, and kept.
 */
final class TrueNeighbours {

  /** Neighbours that are asked for. */
  static final int K = 10;

  /** The shares of vectors that the filters keep. */
  static final double[] SHARES = {1, 0.5, 0.05, 0.005};

  /** The field by which documents are filtered. */
  static final String NUMBER = "number";

  private static final float ROUNDING = 2e-6f;
  private static final int BATCH = 1_024;

  private final float[] thresholds;

  private TrueNeighbours(float[] thresholds) {
    this.thresholds = thresholds;
  }

  /** A row's number: the filters keep the lowest, which are spread over the rows. */
  static int number(int row, int count) {
    return (int) (row * 7919L % count);
  }

  /** How many rows a filter keeps. */
  static int accepted(double share, int count) {
    return (int) (count * share);
  }

  static TrueNeighbours of(Path file, VectorFile base, float[][] queries) throws IOException {
    int count = base.count();
    VectorFile kept =
        VectorFile.kept(
            file,
            SHARES.length,
            queries.length,
            (from, n) -> search(base, count, Arrays.copyOfRange(queries, from, from + n)));
    return new TrueNeighbours(kept.all());
  }

  private static float[] search(VectorFile base, int count, float[][] queries) throws IOException {
    float[][] best = new float[queries.length * SHARES.length][K];
    for (float[] row : best) {
      Arrays.fill(row, -2);
    }
    for (int from = 0; from < count; from += BATCH) {
      int n = Math.min(BATCH, count - from);
      float[] rows = base.rows(from, n);
      for (int i = 0; i < n; i++) {
        float[] row = Arrays.copyOfRange(rows, i * base.dimension(), (i + 1) * base.dimension());
        int number = number(from + i, count);
        for (int q = 0; q < queries.length; q++) {
          float product = VectorUtil.dotProduct(queries[q], row);
          for (int s = 0; s < SHARES.length && number < accepted(SHARES[s], count); s++) {
            insert(best[q * SHARES.length + s], product);
          }
        }
      }
    }
    float[] thresholds = new float[best.length];
    for (int i = 0; i < thresholds.length; i++) {
      thresholds[i] = best[i][0] - ROUNDING;
    }
    return thresholds;
  }

  /** Puts a product in its place among the best, the least of which stands first. */
  private static void insert(float[] best, float product) {
    if (product > best[0]) {
      int at = 0;
      while (at + 1 < best.length && best[at + 1] < product) {
        best[at] = best[at + 1];
        at++;
      }
      best[at] = product;
    }
  }

  /** How many of these products are among the ten best. */
  int found(int query, int share, float[] products) {
    int found = 0;
    for (float product : products) {
      found += product >= thresholds[query * SHARES.length + share] ? 1 : 0;
    }
    return Math.min(K, found);
  }
}
