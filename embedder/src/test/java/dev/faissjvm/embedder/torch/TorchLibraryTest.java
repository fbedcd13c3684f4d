package dev.faissjvm.embedder.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.testing.Fixtures;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_full;
import org.junit.jupiter.api.Test;

final class TorchLibraryTest {

  @Test
  void noClassFallsBackToJavaCppsOwnSearch() {
    String before = System.getProperty("org.bytedeco.javacpp.loadlibraries");
    for (Precision precision : Fixtures.precisions()) {
      for (String model : List.of("mpnet-mean", "bert-prompts")) {
        try (TextEmbedder embedder =
            TextEmbedder.builder(Fixtures.model(model)).precision(precision).load()) {
          assertThat(embedder.embed(List.of("bread", "a quick brown fox"))).hasNumberOfRows(2);
        }
      }
    }
    assertThat(Loader.getLoadedLibraries().keySet())
        .contains("torch_cpu", "openblas@.0", "jnitorch")
        .noneMatch(name -> name.contains("nolapack"));
    assertThat(System.getProperty("org.bytedeco.javacpp.loadlibraries")).isEqualTo(before);
  }

  @Test
  void openBlasRunsOnOneThread() {
    TorchLibrary.load();
    assertThat(openblas_full.openblas_get_num_threads()).isEqualTo(1);
  }

  @Test
  void relativeDistancesFallIntoTheReferencesRows() {
    // MPNetEncoder.relative_position_bucket for 32 rows and distances up to 128
    assertThat(
            List.of(0, -1, 1, -7, -8, 8, -16, 16, -64, 64, -127, 128, 400).stream()
                .map(distance -> Attention.bucket(distance, 32))
                .toList())
        .containsExactly(0, 1, 17, 7, 8, 24, 10, 26, 14, 30, 15, 31, 31);
  }
}
