package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Vectors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@org.junit.jupiter.api.Tag("variant")
class VectorIndexTest {
  private static final int D = 32;
  private static final int N = 1_000;
  private final float[] rows = Vectors.gaussian(N, D, 1);
  private final float[] queries = Vectors.gaussian(25, D, 2);

  @TempDir Path folder = Path.of("");

  private VectorIndex filled(String factory, Metric metric) {
    VectorIndex index = VectorIndex.create(factory, D, metric);
    index.train(rows);
    index.add(rows);
    return index;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 19, 20, 25})
  void flatSearchEqualsBruteForce(int n) {
    float[] batch = Arrays.copyOf(queries, n * D);
    try (VectorIndex index = filled("Flat", Metric.L2)) {
      Neighbors found = index.search(batch, 10);
      for (int query = 0; query < n; query++) {
        long[] expected = Vectors.nearest(rows, batch, query, D, 10);
        for (int rank = 0; rank < 10; rank++) {
          assertThat(found.id(query, rank)).isEqualTo(expected[rank]);
          double distance = Vectors.squaredL2(rows, (int) expected[rank], batch, query, D);
          assertThat(found.distance(query, rank))
              .isCloseTo((float) distance, org.assertj.core.data.Offset.offset(1e-3f));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Flat",
        "HNSW16",
        "IVF16,Flat",
        "SQ8",
        "IVF16,PQ8x4fs",
        "IVF16,SQ8",
        "PCA16,Flat",
        "IVF16,PQ8,RFlat"
      })
  void aFileReadBackAnswersTheSameAndIsRewrittenTheSame(String factory) throws Exception {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    try (VectorIndex index = filled(factory, Metric.L2)) {
      index.write(first);
      try (VectorIndex read = VectorIndex.read(first);
          VectorIndex mapped = VectorIndex.map(first)) {
        Neighbors expected = index.search(queries, 5);
        assertThat(read.search(queries, 5)).isEqualTo(expected);
        assertThat(mapped.search(queries, 5)).isEqualTo(expected);
        read.write(second);
        assertThat(second).hasSameBinaryContentAs(first);
        assertThatThrownBy(() -> mapped.add(rows))
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessage("add: a mapped index is read-only; read it instead");
      }
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactlyInAnyOrder(first, second);
    }
  }

  @Test
  void directBuffersAnswerAsArraysDo() {
    FloatBuffer in = floats(queries.length).put(queries).flip();
    FloatBuffer distances = floats(25 * 5);
    LongBuffer ids =
        ByteBuffer.allocateDirect(25 * 5 * 8).order(ByteOrder.nativeOrder()).asLongBuffer();
    try (VectorIndex index = filled("IVF16,Flat", Metric.INNER_PRODUCT)) {
      SearchOptions options = SearchOptions.parse("nprobe=4").with(IdFilter.range(0, 500));
      index.search(in, 5, options, distances, ids);
      Neighbors expected = index.search(queries, 5, options);
      float[] distancesGot = new float[25 * 5];
      long[] idsGot = new long[25 * 5];
      distances.get(distancesGot);
      ids.get(idsGot);
      assertThat(new Neighbors(5, distancesGot, idsGot)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "IVF16,Flat", "IDMap2,Flat", "HNSW8"})
  void vectorsOfADirectBufferAreAdded(String factory) throws Exception {
    FloatBuffer in = floats(rows.length).put(rows); // its position is at the end
    long[] ids = LongStream.range(5, N + 5).toArray();
    try (VectorIndex arrays = VectorIndex.create(factory, D, Metric.L2);
        VectorIndex buffers = VectorIndex.create(factory, D, Metric.L2)) {
      arrays.train(rows);
      buffers.train(rows);
      if (arrays.supports(Operation.ADD)) {
        arrays.add(rows);
        buffers.add(in);
      }
      if (arrays.supports(Operation.ADD_WITH_IDS)) {
        arrays.add(ids, rows);
        buffers.add(ids, in);
      }
      arrays.write(folder.resolve("arrays"));
      buffers.write(folder.resolve("buffers"));
      assertThat(folder.resolve("buffers")).hasSameBinaryContentAs(folder.resolve("arrays"));
      assertThatThrownBy(() -> buffers.add(FloatBuffer.wrap(rows)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("buffers: expected direct ones in native byte order");
      assertThatThrownBy(() -> buffers.add(ids, floats(D + 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "vectors: expected a positive multiple of dimension floats, got ");
    }
  }

  private static FloatBuffer floats(int n) {
    return ByteBuffer.allocateDirect(n * 4).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Test
  void idsOfTheCallerComeBackAndGoAway() {
    long[] ids = new long[N];
    Arrays.setAll(ids, i -> 1_000_000L + 3L * i);
    try (VectorIndex index = VectorIndex.create("IDMap2,Flat", D, Metric.L2)) {
      index.add(ids, rows);
      float[] seventh = Vectors.row(rows, D, 7);
      assertThat(index.search(seventh, 1).id(0, 0)).isEqualTo(1_000_021L);
      assertThat(index.reconstruct(1_000_021L)).isEqualTo(seventh);
      assertThat(index.remove(IdFilter.of(1_000_021L, 5L))).isEqualTo(1);
      assertThat(index.count()).isEqualTo(N - 1);
      assertThat(index.search(seventh, 1).id(0, 0)).isNotEqualTo(1_000_021L);
      assertThatThrownBy(() -> index.reconstruct(1_000_021L))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("id: expected one in the index, got 1000021");
    }
  }

  /** Faiss numbers from ntotal, so after a removal two vectors would have had one id. */
  @Test
  void ivfIdsDoNotRepeatAfterARemoval() {
    try (VectorIndex index = filled("IVF16,Flat", Metric.L2)) {
      assertThat(index.remove(IdFilter.range(0, 100))).isEqualTo(100);
      index.add(Vectors.row(rows, D, 0));
      assertThat(
              index.search(Vectors.row(rows, D, 0), 1, SearchOptions.parse("nprobe=16")).id(0, 0))
          .isEqualTo(N);
      assertThat(index.count()).isEqualTo(N - 99);
      assertThat(index.reconstruct(N)).isEqualTo(Vectors.row(rows, D, 0));
    }
  }

  /** What goes on past removed ids is no position. */
  @ParameterizedTest
  @ValueSource(strings = {"Flat", "SQ8", "PQ8", "LSH", "RaBitQ", "PCA16,Flat"})
  void positionsGoOnFromTheCountAfterARemoval(String factory) {
    try (VectorIndex index = filled(factory, Metric.L2)) {
      index.add(Vectors.row(rows, D, 1));
      assertThat(index.remove(IdFilter.range(0, 100))).isEqualTo(100);
      index.add(Vectors.row(rows, D, 0));
      assertThat(index.count()).isEqualTo(N - 98);
      assertThat(index.search(Vectors.row(rows, D, 0), 20).ids()).contains(N - 99L);
    }
  }

  /** Faiss 1.12.0 drops the entries of fast-scan lists, but says 0 and keeps the count. */
  @Test
  void fastScanRemovalCounts() {
    try (VectorIndex index = filled("IVF16,PQ8x4fs", Metric.L2)) {
      assertThat(index.remove(IdFilter.range(0, 100))).isEqualTo(100);
      assertThat(index.count()).isEqualTo(N - 100);
      for (long id : index.search(rows, 3, SearchOptions.parse("nprobe=16")).ids()) {
        assertThat(id).isGreaterThanOrEqualTo(100);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "HNSW16", "IVF16,Flat", "IDMap2,Flat", "PCA16,Flat", "SQ8"})
  void anEmptyIndexAnswersNothing(String factory) {
    try (VectorIndex index = VectorIndex.create(factory, D, Metric.L2)) {
      index.train(rows);
      assertThat(index.search(queries, 3).ids()).containsOnly(-1L);
    }
  }

  @Test
  void moreThanThereIsIsPadded() {
    try (VectorIndex index = VectorIndex.create("Flat", D, Metric.L2)) {
      index.add(Arrays.copyOf(rows, 3 * D));
      Neighbors found = index.search(queries, 1_000_000);
      assertThat(Arrays.copyOf(found.ids(), 3)).containsExactlyInAnyOrder(0L, 1L, 2L);
      assertThat(Arrays.copyOfRange(found.ids(), 3, 1_000_000)).containsOnly(-1L);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Flat",
        "HNSW16",
        "IVF16,Flat",
        "IVF16,PQ8x4fs",
        "IVF16,SQ8",
        "SQ8",
        "L2norm,Flat"
      })
  void filtersLetThroughWhatTheySay(String factory) {
    IdFilter filter =
        IdFilter.range(0, 500).and(IdFilter.of(3, 7, 11).not()).xor(IdFilter.range(900, 2_000));
    try (VectorIndex index = filled(factory, Metric.L2)) {
      for (long id :
          index.search(rows, 5, SearchOptions.parse("nprobe=16,efSearch=200").with(filter)).ids()) {
        if (id >= 0) {
          assertThat((id < 500 && id != 3 && id != 7 && id != 11) || id >= 900).isTrue();
        }
      }
      long[] bits = {0b1010};
      assertThat(
              index
                  .search(
                      queries,
                      5,
                      SearchOptions.parse("nprobe=16,efSearch=200").with(IdFilter.bitmap(bits, 64)))
                  .ids())
          .containsAnyOf(1L, 3L)
          .containsOnly(-1L, 1L, 3L);
      assertThat(
              index
                  .search(queries, 5, SearchOptions.DEFAULT.with(IdFilter.range(5_000, 6_000)))
                  .ids())
          .containsOnly(-1L);
    }
  }

  @Test
  void aRangeHoldsWhatIsNearer() {
    try (VectorIndex flat = filled("Flat", Metric.L2)) {
      Neighbors near = flat.search(queries, 10);
      RangeHits hits = flat.rangeSearch(queries, near.distance(0, 9), SearchOptions.DEFAULT);
      assertThat(hits.queries()).isEqualTo(25);
      assertThat(hits.ids(0)).containsExactlyInAnyOrder(Arrays.copyOf(near.ids(), 9));
    }
  }

  @Test
  void aPlainPqIsBuiltWithoutPolysemousTraining() {
    try (VectorIndex index = filled("IVF16,PQ8", Metric.L2)) {
      assertThat(index.describe().chain()).isEqualTo("IndexIVFPQ > IndexFlat");
      assertThat(index.describe().parameters())
          .containsEntry("nlist", "16")
          .containsEntry("M", "8");
    }
  }

  @Test
  void aCopyIsMergedBack() {
    try (VectorIndex index = filled("IVF16,Flat", Metric.L2);
        VectorIndex copy = index.copy()) {
      index.mergeFrom(copy, N);
      assertThat(index.count()).isEqualTo(2 * N);
      assertThat(copy.count()).isZero();
      assertThat(index.reconstruct(N + 7)).isEqualTo(Vectors.row(rows, D, 7));
      assertThatThrownBy(() -> index.mergeFrom(index, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("other: expected another index, got this one");
      assertThatThrownBy(() -> index.mergeFrom(copy, -1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("addId: expected at least 0, got -1");
      copy.add(rows);
      assertThatThrownBy(() -> index.mergeFrom(copy, Long.MAX_VALUE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "addId: expected none that lifts an id past the largest there is, got "
                  + Long.MAX_VALUE);
      assertThat(index.count()).isEqualTo(2 * N);
    }
    try (VectorIndex index = filled("Flat", Metric.L2);
        VectorIndex same = filled("Flat", Metric.L2);
        VectorIndex other = filled("SQ8", Metric.L2)) {
      assertThatThrownBy(() -> index.mergeFrom(same, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("addId: expected 0 where ids are positions, got 1");
      assertThatThrownBy(() -> index.mergeFrom(other, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("other: expected an index of the same kind and training; ");
      assertThat(index.count()).isEqualTo(N);
    }
  }
}
