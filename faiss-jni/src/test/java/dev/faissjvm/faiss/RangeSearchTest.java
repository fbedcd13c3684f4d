package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.testing.PythonFiles;
import dev.faissjvm.faiss.testing.PythonFiles.Kind;
import java.util.Arrays;
import java.util.stream.Stream;
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

  private static long[] sorted(long[] ids) {
    Arrays.sort(ids);
    return ids;
  }
}
