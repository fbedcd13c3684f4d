package dev.faissjvm.bench;

import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts to vectors under the same weights, text in and vector out: ours at each precision that the
 * processor has, langchain4j, onnxruntime in batches, and in the long run sentence-transformers.
 */
final class EncoderGroup {

  private static final int SINGLE = 200;
  private static final int JOINED = 10;

  private final Setting setting;
  private final List<String> glosses;
  private final List<String> longTexts;

  EncoderGroup(Setting setting) throws IOException {
    this.setting = setting;
    int count = setting.full() ? 2_048 : 512;
    this.glosses = Setting.glosses(count);
    List<String> more =
        Setting.glosses(count + count / 8 * JOINED).subList(count, count + count / 8 * JOINED);
    this.longTexts = new ArrayList<>();
    for (int i = 0; i < more.size(); i += JOINED) {
      longTexts.add(String.join(". ", more.subList(i, i + JOINED)));
    }
  }

  void run() throws IOException {
    Path onnx = setting.resource("all-minilm-l6-v2.onnx");
    Path tokenizer = setting.resource("all-minilm-l6-v2-tokenizer.json");
    try (TextEmbedder exact = load(Precision.FLOAT32);
        TextEmbedder int8 = load(Precision.INT8);
        @Nullable TextEmbedder bf16 = hasBf16() ? load(Precision.BFLOAT16) : null;
        Child runtime =
            setting.startPython("encoder_peer.py", "onnx", onnx.toString(), tokenizer.toString());
        @Nullable Child torch =
            setting.full()
                ? setting.startPython("encoder_peer.py", "torch", DefaultModel.folder().toString())
                : null) {
      EmbeddingModel langchain = new AllMiniLmL6V2EmbeddingModel();
      for (Map.Entry<String, List<String>> texts :
          List.of(Map.entry("glosses", glosses), Map.entry("long texts", longTexts))) {
        List<Throughput> all = new ArrayList<>();
        List<float[]> expected = List.of(exact.embed(texts.getValue()));
        all.add(new Throughput("embedder fp32", texts.getValue(), expected, exact::embed));
        if (bf16 != null) {
          all.add(new Throughput("embedder bf16", texts.getValue(), expected, bf16::embed));
        }
        all.add(new Throughput("embedder int8", texts.getValue(), expected, int8::embed));
        all.add(
            new Throughput(
                "langchain4j", texts.getValue(), expected, some -> embedAll(langchain, some)));
        all.add(inChild("onnxruntime fp32", runtime, texts.getValue(), expected));
        if (torch != null) {
          all.add(inChild("sentence-transformers", torch, texts.getValue(), expected));
        }
        setting.sideBySide().run("encoder", texts.getKey(), "texts/s", all);
      }
      setting
          .sideBySide()
          .run(
              "encoder",
              "one query",
              "ms",
              List.of(
                  new Single("embedder fp32", glosses, exact::embedQuery),
                  new Single("embedder int8", glosses, int8::embedQuery),
                  new Single(
                      "langchain4j", glosses, text -> langchain.embed(text).content().vector())));
    }
  }

  private static TextEmbedder load(Precision precision) throws IOException {
    return TextEmbedder.builder(DefaultModel.folder()).precision(precision).load();
  }

  private static boolean hasBf16() throws IOException {
    return Machine.here("").simd().contains("bf16");
  }

  private static float[][] embedAll(EmbeddingModel model, List<String> texts) {
    return model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
        .map(Embedding::vector)
        .toArray(float[][]::new);
  }

  private Throughput inChild(String name, Child child, List<String> texts, List<float[]> expected)
      throws IOException {
    Path in = setting.cache().resolve("texts-" + texts.size() + ".txt");
    Path out = setting.cache().resolve("vectors-" + texts.size() + ".f32");
    Files.write(in, texts);
    String version = child.ask("hello").get(0);
    return new Throughput(
        name + " (" + version + ")",
        texts,
        expected,
        some -> {
          child.ask("embed", in.toString(), out.toString());
          float[] flat = new VectorFile(out, Setting.DIMENSION).all();
          float[][] rows = new float[some.size()][];
          for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * Setting.DIMENSION, (i + 1) * Setting.DIMENSION);
          }
          return rows;
        });
  }

  /** Turns texts into vectors. */
  @FunctionalInterface
  private interface Model {
    float[][] embed(List<String> texts) throws IOException;
  }

  /** Many texts at once. */
  private record Throughput(String name, List<String> texts, List<float[]> expected, Model model)
      implements Contestant {

    @Override
    public double sample() throws IOException {
      long started = System.nanoTime();
      model.embed(texts);
      return texts.size() / ((System.nanoTime() - started) / 1e9);
    }

    /** The mean cosine with our fp32 vectors. */
    @Override
    public Map<String, Double> beside() throws IOException {
      float[][] rows = model.embed(texts);
      double sum = 0;
      for (int i = 0; i < rows.length; i++) {
        double dot = 0;
        double square = 0;
        for (int j = 0; j < rows[i].length; j++) {
          dot += (double) rows[i][j] * expected.get(i)[j];
          square += (double) rows[i][j] * rows[i][j];
        }
        sum += dot / Math.sqrt(square);
      }
      return Map.of("cosine", sum / rows.length);
    }
  }

  /** Turns one text into a vector. */
  @FunctionalInterface
  private interface Query {
    float[] embed(String text);
  }

  /** One text a call: the middle of many calls, in milliseconds. */
  private record Single(String name, List<String> texts, Query query) implements Contestant {

    @Override
    public double sample() {
      double[] millis = new double[SINGLE];
      for (int i = 0; i < SINGLE; i++) {
        long started = System.nanoTime();
        query.embed(texts.get(i));
        millis[i] = (System.nanoTime() - started) / 1e6;
      }
      Arrays.sort(millis);
      return millis[SINGLE / 2];
    }
  }
}
