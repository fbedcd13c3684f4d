package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.convert.DefaultModel;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TextEmbedderTest {

  @Test
  void likeMeaningsLieCloserThanUnlikeOnes() throws Exception {
    try (TextEmbedder embedder = TextEmbedder.load(DefaultModel.folder())) {
      float[] query = embedder.embedQuery("a place where bread is made");
      float[][] rows =
          embedder.embed(List.of("bakery", "barn", "a shop that sells cakes and bread", ""));
      assertThat(dot(query, rows[0])).isGreaterThan(dot(query, rows[1]) + 0.1);
      assertThat(dot(query, query)).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-6));
          java.util.Arrays.toString(java.util.Arrays.copyOf(query, 6))
              + " "
              + dot(query, rows[0])
              + " "
              + embedder.fingerprint()
              + embedder.precision());
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
