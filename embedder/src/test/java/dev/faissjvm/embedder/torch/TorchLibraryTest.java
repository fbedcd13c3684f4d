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
}
