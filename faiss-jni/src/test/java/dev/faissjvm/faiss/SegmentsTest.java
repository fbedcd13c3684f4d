package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Vectors;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store of segments needs: graphs over rows it has anyway, lists merged under new ids. */
@Tag("variant")
class SegmentsTest {
  private static final int D = 24;
  private static final int N = 2000;

  private final float[] rows = Vectors.gaussian(N, D, 5);
  private final float[] query = Vectors.gaussian(1, D, 6);

  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @EnumSource(names = {"L2", "INNER_PRODUCT"})
  void aGraphOverRowsFindsWhatAGraphWithItsOwnFinds(Metric metric) throws Exception {
    Path file = folder.resolve("graph");
    SearchOptions wide = SearchOptions.builder().efSearch(200).build();
    long[] exact;
    try (FlatVectors vectors = FlatVectors.allocate(N, D);
        VectorIndex own = VectorIndex.create("HNSW16", D, metric);
        VectorIndex over = vectors.graph("HNSW16", metric)) {
      vectors.put(0, rows);
      own.add(rows);
      over.add(Arrays.copyOf(rows, N / 2 * D));
      over.add(Arrays.copyOfRange(rows, N / 2 * D, N * D));
      exact = vectors.search(query, 10, metric, null).ids();
      assertThat(own.search(query, 10, wide).ids()).isEqualTo(exact);
      assertThat(over.search(query, 10, wide).ids()).isEqualTo(exact);
      over.write(file);
    }
    assertThat(Files.size(file)).isLessThan(N * 4L * (2 * 16 + 8));
    try (VectorIndex read = readOverRows(file, metric)) { // it shares the rows, which are closed
      assertThat(read.search(query, 10, wide).ids()).isEqualTo(exact);
      assertThat(read.reconstruct(7)).isEqualTo(Vectors.row(rows, D, 7));
    }
  }

  private VectorIndex readOverRows(Path file, Metric metric) throws Exception {
    try (FlatVectors vectors = FlatVectors.allocate(N, D);
        FileChannel channel = FileChannel.open(file)) {
      vectors.put(0, rows);
      return vectors.readGraph(channel, channel.size(), metric);
    }
  }

  @Test
  void aGraphOverRowsTakesNoMoreThanTheRows() {
    try (FlatVectors vectors = FlatVectors.allocate(3, D);
        VectorIndex graph = vectors.graph("HNSW16", Metric.L2)) {
      assertThatThrownBy(() -> graph.add(new float[4 * D]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("add: expected at most 3 vectors, which the rows hold, got 4");
      assertThat(graph.count()).isZero();
      assertThatThrownBy(graph::copy).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> vectors.graph("IVF2,Flat", Metric.L2))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("graph over rows: expected HNSW<links>, got IVF2,Flat");
    }
  }

  @Test
  void aGraphOfOtherRowsIsRefused() throws Exception {
    Path file = folder.resolve("graph");
    try (FlatVectors vectors = FlatVectors.allocate(N, D);
        FlatVectors fewer = FlatVectors.allocate(N - 1, D);
        VectorIndex graph = vectors.graph("HNSW16", Metric.L2)) {
      graph.add(rows);
      graph.write(file);
      assertThatThrownBy(() -> VectorIndex.read(file)).isInstanceOf(IndexFormatException.class);
      try (FileChannel channel = FileChannel.open(file)) {
        assertThatThrownBy(() -> fewer.readGraph(channel, channel.size(), Metric.L2))
            .isInstanceOf(IndexFormatException.class)
            .hasMessage("graph: expected dimension=24, count=1999, metric=1, got 24, 2000, 1");
      }
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < 300; i++) {
        byte[] bad = bytes.clone();
        bad[(int) ((long) i * bytes.length / 300)] ^= (byte) (1 << i % 8);
        Path mutant = Files.write(folder.resolve("mutant"), bad);
        try (FileChannel channel = FileChannel.open(mutant);
            VectorIndex read = vectors.readGraph(channel, bad.length, Metric.L2)) {
          read.search(query, 10); // other links, but inside the graph
        } catch (IndexFormatException | IllegalStateException refused) {
          assertThat(refused).hasMessageMatching("(?s).*expected.*");
        }
      }
    }
  }

  @Test
  void rowsThatAreNoNumbersEndNoSearch() {
    try (FlatVectors vectors = FlatVectors.allocate(N, D);
        VectorIndex graph = vectors.graph("HNSW16", Metric.L2)) {
      graph.add(rows);
      float[] damaged = new float[N * D];
      Arrays.fill(damaged, Float.NaN);
      vectors.put(0, damaged);
      assertThat(graph.search(query, 10).ids()).hasSize(10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF8,Flat", "IVF8,SQ8", "IVF8,PQ6x4fs"})
  void listsOfOneTrainingMergeUnderNewIds(String factory) {
    int[] evens = new int[N]; // of the first half every other row stays, and comes first
    Arrays.fill(evens, -1);
    for (int i = 0; i < N; i += 2) {
      evens[i] = i / 2;
    }
    int[] behind = LongStream.range(N / 2, N / 2 + N).mapToInt(id -> (int) id).toArray();
    float[] others = Vectors.gaussian(N, D, 9);
    try (VectorIndex first = VectorIndex.create(factory, D, Metric.L2)) {
      first.train(rows);
      try (VectorIndex second = first.copy();
          VectorIndex expected = first.copy()) {
        first.add(rows);
        second.add(others);
        for (int i = 0; i < N; i += 2) {
          expected.add(new long[] {i / 2}, Vectors.row(rows, D, i));
        }
        expected.add(LongStream.range(N / 2, N / 2 + N).toArray(), others);
        first.renumber(evens);
        second.renumber(behind);
        first.mergeFrom(second, 0);
        assertThat(first.count()).isEqualTo(N / 2 + N);
        assertThat(second.count()).isZero();
        SearchOptions all = SearchOptions.parse("nprobe=8");
        int everything = N / 2 + N;
        long[] found = first.search(query, everything, all).ids();
        Arrays.sort(found);
        assertThat(found).isEqualTo(LongStream.range(0, everything).toArray());
        assertThat(first.search(query, 20, all).distances())
            .isEqualTo(expected.search(query, 20, all).distances());
      }
    }
  }

  /** Faiss 1.12.0 copies blocks past the ends of both lists, which ended the process. */
  @Test
  void fastScanListsMergeAtEveryLength() {
    try (VectorIndex first = VectorIndex.create("IVF1,PQ2x4fs", D, Metric.L2)) {
      first.train(rows);
      for (int length : new int[] {1, 31, 32, 33, 64, 1024, 32_000}) {
        float[] many = Vectors.gaussian(length, D, length);
        try (VectorIndex left = first.copy();
            VectorIndex right = first.copy()) {
          left.add(many);
          right.add(many);
          left.mergeFrom(right, length);
          Neighbors found = left.search(query, 2 * length, SearchOptions.DEFAULT);
          assertThat(LongStream.of(found.ids()).sorted().toArray())
              .isEqualTo(LongStream.range(0, 2L * length).toArray());
        }
      }
    }
  }

  @Test
  void idsWithoutANumberAreRefused() {
    try (VectorIndex index = VectorIndex.create("IVF1,Flat", D, Metric.L2);
        VectorIndex flat = VectorIndex.create("Flat", D, Metric.L2)) {
      index.train(rows);
      index.add(rows);
      assertThatThrownBy(() -> index.renumber(new int[N - 1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("newIds: expected one for each id, got 1999; id=1999");
      assertThatThrownBy(() -> flat.renumber(new int[0]))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("renumber: expected an IVF index without a direct map");
    }
  }
}
