package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Vectors;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@org.junit.jupiter.api.Tag("variant")
class FlatVectorsTest {
  private static final int D = 37;
  private static final int N = 777;
  private final float[] rows = Vectors.gaussian(N, D, 3);
  private final float[] query = Vectors.gaussian(1, D, 4);

  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @EnumSource(names = {"L2", "INNER_PRODUCT"})
  void mappedRowsAnswerAsTheIndexWhoseFileTheyAre(Metric metric) throws Exception {
    Path file = folder.resolve("flat");
    long[] bits = new long[N / 64 + 1];
    for (int row = 0; row < N; row += 3) {
      bits[row / 64] |= 1L << row % 64;
    }
    IdFilter[] filters = {
      IdFilter.bitmap(bits, N), IdFilter.range(100, 300), IdFilter.of(5, 6, 700).not()
    };
    try (VectorIndex index = VectorIndex.create("Flat", D, metric)) {
      index.add(rows);
      index.write(file);
      try (FlatVectors mapped = FlatVectors.map(file, 45, N, D)) {
        assertThat(mapped.search(query, 20, metric, null).ids())
            .isEqualTo(index.search(query, 20).ids());
        for (IdFilter filter : filters) {
          Neighbors expected = index.search(query, 20, SearchOptions.DEFAULT.with(filter));
          assertThat(mapped.search(query, 20, metric, filter).ids()).isEqualTo(expected.ids());
        }
        float[] distances = new float[2];
        mapped.distances(query, metric, new int[] {776, 3}, 2, distances);
        Neighbors all = index.search(query, N);
        for (int rank = 0; rank < N; rank++) {
          if (all.id(0, rank) == 3) {
            assertThat(distances[1])
                .isCloseTo(all.distance(0, rank), org.assertj.core.data.Offset.offset(1e-4f));
          }
        }
      }
    }
  }

  @Test
  void factorsMakeCosines() {
    try (FlatVectors vectors = FlatVectors.allocate(N, D)) {
      vectors.put(0, rows);
      float[] factors = new float[N];
      for (int row = 0; row < N; row++) {
        factors[row] = (float) (1 / Math.sqrt(Vectors.squaredL2(rows, row, new float[D], 0, D)));
      }
      vectors.inverseNorms(factors);
      float[] third = Vectors.row(rows, D, 3);
      Neighbors found = vectors.search(third, 2, Metric.INNER_PRODUCT, null);
      assertThat(found.id(0, 0)).isEqualTo(3);
      assertThat(found.distance(0, 0) * factors[3])
          .isCloseTo(1f, org.assertj.core.data.Offset.offset(1e-5f));
    }
  }

  @Test
  void fewerRowsThanAskedForArePadded() {
    try (FlatVectors vectors = FlatVectors.allocate(2, D)) {
      Neighbors found = vectors.search(query, 3, Metric.L2, null);
      assertThat(found.ids()).containsExactly(0, 1, -1);
    }
  }

  @Test
  void wrongRowsAreRefused() throws Exception {
    try (FlatVectors vectors = FlatVectors.allocate(2, D)) {
      assertThatThrownBy(() -> vectors.distances(query, Metric.L2, new int[] {2}, 1, new float[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("rows: expected rows from 0 to 2, got 2");
      assertThatThrownBy(() -> vectors.put(1, new float[2 * D]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> FlatVectors.map(folder.resolve("absent"), 0, 1, D))
        .isInstanceOf(java.io.IOException.class);
  }
}
