package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Vectors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas answer as each of them does. */
class IndexReplicasTest {
  private static final int D = 16;
  private final float[] rows = Vectors.gaussian(600, D, 1);

  private VectorIndex filled(String factory) {
    VectorIndex index = VectorIndex.create(factory, D, Metric.L2);
    index.train(rows);
    index.add(rows);
    return index;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "IVF4,Flat", "HNSW8"})
  void theQueriesOfABatchAreSharedOut(String factory) {
    VectorIndex index = filled(factory);
    try (VectorIndex alone = index.copy();
        IndexReplicas replicas = IndexReplicas.of(index, index.copy(), index.copy())) {
      SearchOptions options = SearchOptions.parse("nprobe=2,efSearch=40");
      for (int n : new int[] {1, 2, 4, 10, 19}) {
        float[] queries = Vectors.gaussian(n, D, 2);
        Neighbors expected = alone.search(queries, 5, options);
        assertThat(replicas.search(queries, 5, options)).isEqualTo(expected);
        SearchOptions together = SearchOptions.parse("nprobe=2,efSearch=40,threads=3");
        assertThat(replicas.search(queries, 5, together)).isEqualTo(expected);
      }
      assertThat(replicas.reconstruct(7)).isEqualTo(Vectors.row(rows, D, 7));
      assertThat(replicas.count()).isEqualTo(600);
    }
  }

  @Test
  void everyReplicaIsChanged() {
    long[] ids = new long[600];
    Arrays.setAll(ids, i -> 2L * i);
    try (IndexReplicas replicas =
        IndexReplicas.of(
                VectorIndex.create("IVF4,Flat", D, Metric.L2),
                VectorIndex.create("IVF8,Flat", D, Metric.L2))
            .threads(2)) {
      assertThat(replicas.isTrained()).isFalse();
      replicas.train(rows);
      assertThat(replicas.isTrained()).isTrue();
      replicas.add(ids, rows);
      assertThat(replicas.remove(IdFilter.range(0, 100))).isEqualTo(50);
      assertThat(replicas.replicas()).extracting(VectorIndex::count).containsOnly(550L);
      replicas.add(rows);
      assertThat(replicas.count()).isEqualTo(1_150);
      replicas.reset();
      assertThat(replicas.replicas()).extracting(VectorIndex::count).containsOnly(0L);
    }
  }

  @Test
  void whatOneRefusesNoneDoes() {
    try (IndexReplicas replicas = IndexReplicas.of(filled("IVF4,Flat"), filled("HNSW8"))) {
      long[] ids = new long[600];
      assertThatThrownBy(() -> replicas.add(ids, rows))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("add_with_ids: wrap it: IDMap2,<factory>; kind=IndexHNSWFlat > IndexFlatL2");
      assertThatThrownBy(() -> replicas.remove(IdFilter.of(1)))
          .isInstanceOf(UnsupportedOperationException.class);
      float[] bad = {Float.NaN};
      assertThatThrownBy(() -> replicas.add(bad)).isInstanceOf(IllegalArgumentException.class);
      assertThat(replicas.replicas()).extracting(VectorIndex::count).containsOnly(600L);
    }
  }

  @Test
  void replicasOfDifferentSizesAreNone() {
    try (VectorIndex full = filled("Flat");
        VectorIndex empty = VectorIndex.create("Flat", D, Metric.L2)) {
      assertThatThrownBy(() -> IndexReplicas.of(full, empty).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("replicas: expected one count, got 600 and 0");
    }
  }
}
