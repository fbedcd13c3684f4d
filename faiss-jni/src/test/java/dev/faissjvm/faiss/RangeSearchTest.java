package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.testing.PythonFiles;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import dev.faissjvm.faiss.testing.Vectors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A range search on many threads answers what it answers on one. */
class RangeSearchTest {
  static Stream<Kind> kinds() {
    return PythonFiles.kinds().stream().filter(kind -> !kind.isBinary());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void threadsChangeNothing(Kind kind) throws Exception {
    float[] queries = PythonFiles.floats("query.f32");
    try (VectorIndex index = VectorIndex.read(kind.file())) {
      if (!index.supports(Operation.RANGE_SEARCH)) {
        return;
      }
      float near = index.search(queries, 5).distance(0, 4);
      for (int n : new int[] {1, 2, 19, 20, 64}) {
        float[] batch = Arrays.copyOf(queries, n * kind.dimension());
        for (float radius : new float[] {near, 2 * near, 0}) {
          RangeHits alone = index.rangeSearch(batch, radius, SearchOptions.DEFAULT);
          for (int threads : new int[] {2, 5}) {
            SearchOptions together = SearchOptions.builder().threads(threads).build();
            for (int round = 0; round < Integer.getInteger("rounds", 1); round++) {
              RangeHits hits = index.rangeSearch(batch, radius, together);
              assertThat(hits.limits()).isEqualTo(alone.limits());
              for (int query = 0; query < n; query++) {
                assertThat(sorted(hits.ids(query))).isEqualTo(sorted(alone.ids(query)));
              }
            }
          }
        }
      }
    }
  }

  /** So many that their hits might not fit in memory at once: Faiss is asked in groups. */
  @Test
  void manyQueriesOverManyVectorsAreAnsweredInGroups() {
    int d = 2;
    float[] rows = Vectors.gaussian(400_000, d, 1);
    float[] queries = Vectors.gaussian(333, d, 2); // at most 2^26 hits: groups of 167 at most
    try (VectorIndex index = VectorIndex.create("Flat", d, Metric.L2)) {
      index.add(rows);
      RangeHits all = index.rangeSearch(queries, 1e-4f, SearchOptions.DEFAULT);
      assertThat(all.queries()).isEqualTo(333);
      assertThat(all.ids()).hasSizeGreaterThan(333);
      for (int query : new int[] {0, 166, 167, 332}) {
        RangeHits one =
            index.rangeSearch(Vectors.row(queries, d, query), 1e-4f, SearchOptions.DEFAULT);
        Set<Long> near = new HashSet<>();
        for (int i = 0; i < one.ids().length; i++) {
          if (one.distances()[i] < 0.9e-4f) { // a product of matrices differs in the last digits
            near.add(one.ids()[i]);
          }
        }
        assertThat(Arrays.stream(all.ids(query)).boxed()).containsAll(near);
        assertThat(all.ids(query).length).isLessThanOrEqualTo(one.ids().length + 5);
      }
    }
  }

  private static long[] sorted(long[] ids) {
    Arrays.sort(ids);
    return ids;
  }
}
