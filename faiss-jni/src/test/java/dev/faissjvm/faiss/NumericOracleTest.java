package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.PythonFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What needs no index equals what Python's Faiss made of the same rows. */
@Tag("variant")
class NumericOracleTest {
  private static final int D = 32;
  private static final int K = 10;

  @BeforeAll
  static void pythonsFiles() {
    assertThat(PythonFiles.kinds()).isNotEmpty();
  }

  private static KMeans kMeans(String name) {
    KMeans kMeans = KMeans.of(20, D).iterations(5);
    return switch (name) {
      case "plain" -> kMeans.iterations(10);
      case "seeded" -> kMeans.seed(7).redo(3);
      case "sampled" -> kMeans.maxPointsPerCentroid(20);
      case "spherical" -> kMeans.spherical();
      case "initial" ->
          kMeans.initialCentroids(Arrays.copyOf(PythonFiles.floats("data.f32"), 7 * D));
      default -> kMeans;
    };
  }

  @ParameterizedTest
  @CsvSource({"plain", "seeded", "sampled", "spherical", "weighted", "initial"})
  void theSameSeedGivesTheSameCentroids(String name) {
    float[] rows = PythonFiles.floats("data.f32");
    float[] weights = new float[rows.length / D];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 1 + i % 5;
    }
    KMeans kMeans = kMeans(name);
    KMeans.Clusters clusters =
        name.equals("weighted") ? kMeans.train(rows, weights) : kMeans.train(rows);
    assertThat(clusters.dimension()).isEqualTo(D);
    assertNear(
        clusters.centroids(), PythonFiles.floats("kmeans." + name + ".centroids.f32"), 1e-4f);
    float[] objectives = PythonFiles.floats("kmeans." + name + ".objectives.f32");
    assertNear(clusters.objectives(), objectives, 1e-4f * objectives[0]);
  }

  private static void assertNear(float[] found, float[] expected, float absolute) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      if (Float.isNaN(expected[i])) {
        assertThat(found[i]).isNaN();
      } else {
        assertThat(Math.abs(found[i] - expected[i]))
            .isLessThanOrEqualTo(1e-5f * Math.abs(expected[i]) + absolute);
      }
    }
  }

  private static float[] scaled(String file) {
    float[] rows = PythonFiles.floats(file);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Math.min(1, Math.abs(rows[i]) / 4);
    }
    return rows;
  }

  @ParameterizedTest
  @EnumSource
  void everyMetricEqualsPythons(Metric metric) {
    float[] vectors = scaled("data.f32");
    float[] queries = scaled("query.f32");
    Distances distances = Distances.by(metric, D).power(3);
    float[] all = distances.pairwise(queries, vectors);
    assertNear(all, PythonFiles.floats(metric + ".pairwise.f32"), 1e-5f);
    Neighbors found = distances.nearest(queries, vectors, K);
    assertNear(found.distances(), PythonFiles.floats(metric + ".nearest.distances.f32"), 1e-5f);
    Neighbors expected =
        new Neighbors(K, found.distances(), PythonFiles.longs(metric + ".nearest.ids.i64"));
    assertThat(Recall.intersection(found, expected)).isGreaterThanOrEqualTo(0.995);
    for (int query = 0; query < found.queries(); query++) {
      float best = all[query * 2000 + (int) found.id(query, 0)];
      for (int row = 0; row < 2000; row++) {
        float other = all[query * 2000 + row];
        assertThat(metric.isSimilarity() ? best - other : other - best).isGreaterThan(-1e-4f);
      }
    }
  }

  @Test
  void directBuffersAnswerAsArraysDo() {
    float[] vectors = scaled("data.f32");
    float[] queries = scaled("query.f32");
    Distances l2 = Distances.by(Metric.L2, D);
    FloatBuffer out = floats(new float[64 * 2000]);
    LongBuffer ids =
        ByteBuffer.allocateDirect(64 * K * 8).order(ByteOrder.nativeOrder()).asLongBuffer();
    l2.nearest(floats(queries), floats(vectors), K, out, ids);
    Neighbors found = l2.nearest(queries, vectors, K);
    Neighbors got = new Neighbors(K, new float[64 * K], new long[64 * K]);
    out.duplicate().get(got.distances());
    ids.get(got.ids());
    assertThat(got).isEqualTo(found);
    l2.pairwise(floats(queries), floats(vectors), out);
    float[] pairs = new float[64 * 2000];
    out.get(pairs);
    assertThat(pairs).isEqualTo(l2.pairwise(queries, vectors));
  }

  private static FloatBuffer floats(float[] values) {
    return ByteBuffer.allocateDirect(values.length * 4)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .put(values)
        .flip();
  }

  @Test
  void recallCountsWhatWasFound() {
    Neighbors truth = new Neighbors(2, new float[6], new long[] {1, 2, 3, 4, 5, -1});
    Neighbors found = new Neighbors(3, new float[9], new long[] {9, 1, 8, 7, 6, 4, -1, -1, -1});
    assertThat(Recall.ofNearest(found, truth)).isEqualTo(1 / 3.0);
    assertThat(Recall.intersection(found, truth)).isEqualTo(2 / 5.0);
    assertThat(Recall.intersection(truth, truth)).isEqualTo(1);
    assertThatThrownBy(() -> Recall.ofNearest(new Neighbors(1, new float[1], new long[1]), truth))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("found: expected as many queries as in truth, 3, got 1");
  }
}
