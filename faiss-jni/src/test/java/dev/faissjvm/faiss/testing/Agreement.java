package dev.faissjvm.faiss.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.faissjvm.faiss.Neighbors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** What two Faisses may differ in, and no more: the order of ties, and rounding. */
public final class Agreement {
  private Agreement() {}

  /** Over floats: the same ids but for ties at the end, the same distances. */
  public static void assertAgree(String kind, long[] ids, float[] distances, Neighbors found) {
    assertThat(overlap(ids, found.ids(), found.k()))
        .as(kind)
        .isGreaterThanOrEqualTo(kind.contains("RaBitQ") ? 0.98 : 0.995);
    for (int i = 0; i < distances.length; i++) {
      // RaBitQ estimates, also below 0, for which Faiss 1.15 says 0.
      boolean lifted = kind.contains("RaBitQ") && distances[i] == 0 && found.distances()[i] < 0;
      if (ids[i] == found.ids()[i] && ids[i] >= 0 && !lifted) {
        float tolerance = 1e-5f * Math.abs(distances[i]) + 1e-4f;
        assertThat(found.distances()[i]).as(kind).isCloseTo(distances[i], offset(tolerance));
      }
    }
  }

  private static double overlap(long[] expected, long[] found, int k) {
    int same = 0;
    for (int row = 0; row < expected.length; row += k) {
      Set<Long> wanted = new HashSet<>();
      Arrays.stream(expected, row, row + k).forEach(wanted::add);
      same += (int) Arrays.stream(found, row, row + k).filter(wanted::contains).count();
    }
    return (double) same / expected.length;
  }

  /** Over bits: equal distances stand in any order, and only part of the last ones fits. */
  public static void assertSameBits(long[] ids, float[] distances, Neighbors found) {
    int k = found.k();
    for (int query = 0; query < found.queries(); query++) {
      float last = distances[query * k + k - 1];
      long[] row = Arrays.copyOfRange(found.ids(), query * k, (query + 1) * k);
      for (int at = query * k; at < (query + 1) * k; at++) {
        assertThat(found.ids()[at] < 0).isEqualTo(ids[at] < 0);
        if (ids[at] >= 0) {
          assertThat(found.distances()[at]).isEqualTo(distances[at]);
          if (distances[at] < last) {
            assertThat(row).contains(ids[at]);
          }
        }
      }
    }
  }
}
