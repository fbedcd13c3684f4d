package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Vectors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Wrong rows, weights and settings are refused in words; none of them hangs or ends the process.
 */
class NumericHostileTest {
  private static final int D = 4;
  private final float[] rows = Vectors.gaussian(100, D, 1);

  private static void refuses(String message, Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  private float[] spoilt(float value) {
    float[] bad = rows.clone();
    bad[2 * D] = value;
    return bad;
  }

  @Test
  void rowsAreChecked() {
    String finite = "expected finite components with a squared norm under 1e37, got ";
    Distances l2 = Distances.by(Metric.L2, D);
    refuses("vectors: " + finite + "nan; row=2", () -> l2.nearest(rows, spoilt(Float.NaN), 1));
    refuses("queries: " + finite + "inf; row=2", () -> l2.pairwise(spoilt(1e30f), rows));
    refuses("vectors: " + finite + "nan; row=2", () -> KMeans.of(2, D).train(spoilt(Float.NaN)));
    refuses(
        "vectors: expected a positive multiple of dimension floats, got 3; dimension=4",
        () -> l2.nearest(rows, new float[3], 1));
    refuses("k: expected at least 1, got 0", () -> l2.nearest(rows, rows, 0));
    refuses(
        "vectors: expected components under 1e18 or missing, got inf; row=2",
        () -> Distances.by(Metric.GOWER, D).nearest(rows, spoilt(Float.POSITIVE_INFINITY), 1));
    refuses("power: expected more than 0 and at most 1000, got NaN", () -> l2.power(Float.NaN));
  }

  @Test
  void missingValuesAreLeftOut() {
    float[] missing = {1, Float.NaN, 3, 4, Float.NaN, Float.NaN, Float.NaN, Float.NaN};
    float[] query = {1, 2, 3, 6};
    float[] distances = Distances.by(Metric.NAN_EUCLIDEAN, D).pairwise(query, missing);
    assertThat(distances[0]).isEqualTo(4f / 3 * 4);
    assertThat(distances[1]).isNaN();
    assertThat(Distances.by(Metric.NAN_EUCLIDEAN, D).nearest(query, missing, 2).ids())
        .containsExactly(0, -1);
  }

  @Test
  void moreNeighboursThanThereAreArePadded() {
    Neighbors found = Distances.by(Metric.L2, D).nearest(rows, Arrays.copyOf(rows, 2 * D), 1_000);
    assertThat(Arrays.copyOf(found.ids(), 3)).containsExactly(0, 1, -1);
  }

  @Test
  void settingsAreChecked() {
    KMeans kMeans = KMeans.of(5, D);
    refuses(
        "vectors: expected at least as many rows as centroids, got 3; centroids=5",
        () -> kMeans.train(Arrays.copyOf(rows, 3 * D)));
    refuses("iterations: expected at least 1, got 0", () -> kMeans.iterations(0));
    refuses("seed: expected at least 0, got -1", () -> kMeans.seed(-1));
    refuses(
        "initial centroids: expected at most 5, got 6",
        () -> kMeans.initialCentroids(new float[6 * D]));
    refuses("weights: expected length 100, got 99", () -> kMeans.train(rows, new float[99]));
    refuses("centroids: expected at least 1, got 0", () -> KMeans.of(0, D));
  }

  /** Faiss draws until it meets a cluster of weight above 1: with light rows, for ever. */
  @Test
  void weightsTooLightToSplitAClusterAreRefused() {
    KMeans kMeans = KMeans.of(5, D).minPointsPerCentroid(1);
    float[] same = new float[100 * D]; // one place: four of five clusters are empty
    float[] weights = new float[100];
    Arrays.fill(weights, 0.09f);
    assertThatThrownBy(() -> kMeans.train(same, weights))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "weights: expected any 100 of them to sum to at least twice the centroids, got 9")
        .hasMessageEndingWith("; multiply all by one factor");
    weights[7] = Float.NaN;
    refuses("weights: expected 0 to 1e6, got nan; row=7", () -> kMeans.train(same, weights));
    Arrays.fill(weights, 0.2f);
    assertThat(kMeans.train(same, weights).centroids()).hasSize(5 * D);
  }

  /** No attempt was below infinity, and Faiss read centroids that it had not kept. */
  @Test
  void objectivesThatOverflowAreRefusedWithRedo() {
    float[] large = new float[100 * D];
    for (int i = 0; i < large.length; i++) {
      large[i] = i % 2 == 0 ? (float) 1e18 : (float) -1e18 * (i % 7);
    }
    assertThatThrownBy(() -> KMeans.of(5, D).minPointsPerCentroid(1).redo(2).train(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("vectors: expected ");
  }

  @Test
  void asManyRowsAsCentroidsAreTheCentroids() {
    KMeans.Clusters clusters = KMeans.of(100, D).minPointsPerCentroid(1).train(rows);
    assertThat(clusters.centroids()).isEqualTo(rows);
    assertThat(clusters.objectives()).containsExactly(0);
  }
}
