package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.embedder.testing.Fixtures;
import java.nio.file.Path;
import java.util.List;

/** Each fixture in float32 and the default model in every precision, one by one and as a list. */
public final class KernelCheck {
  private KernelCheck() {}

  /** Fails where a vector is not the reference's. */
  public static void main(String[] arguments) throws Exception {
    for (String name : Fixtures.names()) {
      Path folder = Fixtures.model(name);
      List<String> texts = Fixtures.texts();
      float[][] expected = Fixtures.rows(folder.resolve("vectors.f32"), texts.size());
      try (TextEmbedder embedder = builder(folder, Precision.FLOAT32).load()) {
        assertThat(Fixtures.maxDifference(expected, oneByOne(embedder, texts)))
            .as(name)
            .isLessThan(1e-5);
      }
    }
    Path reference = Fixtures.model("default-model");
    List<String> texts = Fixtures.texts(reference);
    float[][] expected = Fixtures.rows(reference.resolve("vectors.f32"), texts.size());
    for (Precision precision : Fixtures.precisions()) {
      double least = precision == Precision.INT8 ? 0.97 : 0.9999;
      try (TextEmbedder embedder = builder(DefaultModel.folder(), precision).load()) {
        float[][] apart = oneByOne(embedder, texts);
        float[][] together = embedder.embed(texts);
        for (int i = 0; i < apart.length; i++) {
          assertThat(Fixtures.cosine(expected[i], apart[i]))
              .as("%s, alone: %s", precision, texts.get(i))
              .isGreaterThan(least);
          assertThat(Fixtures.cosine(expected[i], together[i]))
              .as("%s, in a list: %s", precision, texts.get(i))
              .isGreaterThan(least);
        }
      }
    }
  }

  private static TextEmbedder.Builder builder(Path folder, Precision precision) {
    return TextEmbedder.builder(folder).precision(precision).threads(2);
  }

  private static float[][] oneByOne(TextEmbedder embedder, List<String> texts) {
    return texts.stream().map(embedder::embed).toArray(float[][]::new);
  }
}
