package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.embedder.testing.Fixtures;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against vectors of Python's sentence-transformers, and of ONNX Runtime for the default model. */
final class ReferenceOracleTest {
  private static final double TOLERANCE = 1e-5;

  static List<String> models() {
    return Fixtures.names();
  }

  @ParameterizedTest
  @MethodSource("models")
  void documentsAndQueriesEqualTheReference(String name) {
    Path folder = Fixtures.model(name);
    List<String> texts = Fixtures.texts();
    float[][] documents = Fixtures.rows(folder.resolve("vectors.f32"), texts.size());
    float[][] queries = Fixtures.rows(folder.resolve("queries.f32"), texts.size());
    try (TextEmbedder embedder = TextEmbedder.builder(folder).precision(Precision.FLOAT32).load()) {
      assertThat(Fixtures.maxDifference(documents, embedder.embed(texts)))
          .as("in one list")
          .isLessThan(TOLERANCE);
      float[][] single = new float[texts.size()][];
      float[][] query = new float[texts.size()][];
      for (int i = 0; i < single.length; i++) {
        single[i] = embedder.embed(texts.get(i));
        query[i] = embedder.embedQuery(texts.get(i));
      }
      assertThat(Fixtures.maxDifference(documents, single)).as("one by one").isLessThan(TOLERANCE);
      assertThat(Fixtures.maxDifference(queries, query)).as("as queries").isLessThan(TOLERANCE);
    }
  }

  @Test
  void everyArchitectureAndModuleHasAModel() {
    assertThat(models())
        .containsExactly(
            "bert-all-poolings",
            "bert-bfloat16",
            "bert-default-prompt",
            "bert-dense-layernorm",
            "bert-float16",
            "bert-mean-normalize",
            "bert-plain",
            "bert-prompts",
            "bert-sharded",
            "distilbert-cls",
            "mpnet-mean",
            "roberta-mean",
            "xlm-roberta-max");
  }

  @Test
  void theDefaultModelEqualsOnnxRuntime() throws Exception {
    Path reference = Fixtures.model("default-model");
    List<String> texts = Fixtures.texts(reference);
    float[][] expected = Fixtures.rows(reference.resolve("vectors.f32"), texts.size());
    Path folder = DefaultModel.folder();
    try (TextEmbedder embedder = TextEmbedder.builder(folder).precision(Precision.FLOAT32).load()) {
      assertThat(embedder.dimension()).isEqualTo(384);
      assertThat(embedder.maxTokens()).isEqualTo(256);
      assertThat(Fixtures.maxDifference(expected, embedder.embed(texts))).isLessThan(TOLERANCE);
    }
    if (Fixtures.precisions().contains(Precision.BFLOAT16)) {
      try (TextEmbedder embedder =
          TextEmbedder.builder(folder).precision(Precision.BFLOAT16).load()) {
        assertThat(cosines(expected, embedder.embed(texts))[0]).isGreaterThan(0.9999);
      }
    }
    try (TextEmbedder embedder = TextEmbedder.builder(folder).precision(Precision.INT8).load()) {
      assertThat(cosines(expected, embedder.embed(texts))[1]).isGreaterThan(0.99);
    }
  }

  /** The least and the mean. */
  private static double[] cosines(float[][] expected, float[][] actual) {
    double least = 1;
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      double cosine = Fixtures.cosine(expected[i], actual[i]);
      least = Math.min(least, cosine);
      sum += cosine;
    }
    return new double[] {least, sum / expected.length};
  }
}
