package dev.faissjvm.faiss.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.Neighbors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** What two Faisses may differ in, and no more: the order of ties, and rounding. */
public final class Agreement {
  private Agreement() {}

  /**
   * Over floats: at every rank the same distance, and the same id, but for ties: an id may stand
   * where it is as near as at its own place, or, if it has none, as near as the last, which one of
   * 200 may.
   */
  public static void assertAgree(String kind, long[] ids, float[] distances, Neighbors found) {
    int k = found.k();
    assertThat(found.ids()).as(kind).hasSameSizeAs(ids);
    int others = 0;
    for (int row = 0; row < ids.length; row += k) {
      Set<Long> seen = new HashSet<>();
      for (int at = row; at < row + k; at++) {
        long id = found.ids()[at];
        assertThat(id < 0).as("%s at %s: whether there is none", kind, at).isEqualTo(ids[at] < 0);
        if (id < 0) {
          continue; // its distance has no meaning
        }
        float distance = found.distances()[at];
        assertNear(kind + " at " + at, distance, distances[at]);
        assertThat(seen.add(id)).as("%s at %s: id %s, once", kind, at, id).isTrue();
        if (id != ids[at]) {
          int place = place(id, ids, row, row + k);
          assertThat(ids[place]).as("%s at %s: what has no %s", kind, at, id).isNotNegative();
          assertNear(kind + " at " + at + ", id " + id, distance, distances[place]);
          others += ids[place] == id ? 0 : 1;
        }
      }
    }
    assertThat(others).as("%s: other ids at the end", kind).isLessThanOrEqualTo(ids.length / 200);
  }

  /** Where the id stands in the row, or else its last place. */
  private static int place(long id, long[] ids, int from, int to) {
    int at = from;
    while (at < to - 1 && ids[at] != id) {
      at++;
    }
    return at;
  }

  private static void assertNear(String what, float found, float expected) {
    assertThat(isNear(found, expected))
        .as("%s: distance %s, expected %s", what, found, expected)
        .isTrue();
  }

  /** Within 1e-5, relative, and under L2 near zero absolutely. */
  public static boolean isNear(float found, float expected) {
    return Math.abs(found - expected) <= 1e-5f * Math.abs(expected) + 1e-4f;
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
