package dev.faissjvm.bench;

import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Texts to vectors under the same weights, text in and vector out: ours at each precision that the
 * processor has, langchain4j, onnxruntime in batches, and in the long run sentence-transformers.
 * Beside them stands what the matrix products alone would take.
 */
final class EncoderGroup {

  private static final int TEXTS = 400;
  private static final int JOINED = 10;
  private static final int SINGLE = 50;

  /** What the model sees of a text, at most, and what langchain4j gives it. */
  private static final int TOKENS = 256;

  private static final int LANGCHAIN_TOKENS = 128;

  private final Setting setting;
  private final List<String> glosses;
  private final List<String> longTexts = new ArrayList<>();

  EncoderGroup(Setting setting) throws IOException {
    this.setting = setting;
    List<String> all = Setting.glosses(TEXTS + TEXTS / 8 * JOINED);
    this.glosses = all.subList(0, TEXTS);
    for (int i = TEXTS; i < all.size(); i += JOINED) {
      longTexts.add(String.join(". ", all.subList(i, i + JOINED)));
    }
  }

  void run() throws IOException {
    List<AutoCloseable> open = new ArrayList<>();
    try {
      List<Model> models = new ArrayList<>(ours(open, TOKENS));
      List<Model> langchain = langchain();
      List<EncoderPeer> peers = peers(open);
      throughput("long texts", longTexts, TOKENS, models, peers);
      List<Model> cut = new ArrayList<>(ours(open, LANGCHAIN_TOKENS));
      cut.addAll(langchain);
      throughput(
          "long texts, cut to " + LANGCHAIN_TOKENS + " tokens",
          longTexts,
          LANGCHAIN_TOKENS,
          cut,
          List.of());
      models.addAll(langchain);
      throughput("glosses", glosses, TOKENS, models, peers);
      List<Contestant> singles = new ArrayList<>();
      List<String> queries = glosses.subList(0, SINGLE);
      models.forEach(model -> singles.add(new Single(model, queries)));
      for (EncoderPeer peer : peers) {
        singles.add(peer.single(queries));
      }
      setting.sideBySide().run("encoder", "one query", "ms", singles);
    } finally {
      for (AutoCloseable one : open) {
        close(one);
      }
    }
  }

  private static List<Model> ours(List<AutoCloseable> open, int maxTokens) throws IOException {
    List<Model> models = new ArrayList<>();
    List<Precision> precisions =
        hasBf16()
            ? List.of(Precision.FLOAT32, Precision.BFLOAT16, Precision.INT8)
            : List.of(Precision.FLOAT32, Precision.INT8);
    for (Precision precision : precisions) {
      TextEmbedder ours =
          TextEmbedder.builder(DefaultModel.folder())
              .precision(precision)
              .maxTokens(maxTokens)
              .load();
      open.add(ours);
      String name =
          switch (precision) {
            case FLOAT32 -> "embedder fp32";
            case BFLOAT16 -> "embedder bf16";
            default -> "embedder int8";
          };
      models.add(new Model(name, ours::embed, ours::embedQuery));
    }
    return models;
  }

  private static List<Model> langchain() {
    return List.of(
        langchain("langchain4j fp32", new AllMiniLmL6V2EmbeddingModel()),
        langchain("langchain4j int8", new AllMiniLmL6V2QuantizedEmbeddingModel()));
  }

  private static boolean hasBf16() throws IOException {
    return Machine.here("", Map.of()).simd().contains("bf16");
  }

  private static Model langchain(String name, EmbeddingModel model) {
    return new Model(
        name,
        texts ->
            model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
                .map(Embedding::vector)
                .toArray(float[][]::new),
        text -> model.embed(text).content().vector());
  }

  private List<EncoderPeer> peers(List<AutoCloseable> open) throws IOException {
    String tokenizer = setting.resource("all-minilm-l6-v2-tokenizer.json").toString();
    Path onnx = setting.resource("all-minilm-l6-v2.onnx");
    Path int8 = setting.resource("all-minilm-l6-v2-q.onnx");
    List<String[]> all = new ArrayList<>();
    all.add(new String[] {"onnxruntime fp32", "onnx", onnx.toString(), tokenizer});
    all.add(new String[] {"onnxruntime int8", "onnx", int8.toString(), tokenizer});
    if (setting.full()) {
      String folder = DefaultModel.folder().toString();
      all.add(new String[] {"Python fp32, torch", "torch", folder});
      all.add(new String[] {"Python bf16, torch", "torch", folder, "bfloat16"});
      all.add(new String[] {"Python fp32, ONNX", "onnx-st", folder, onnx.toString()});
    }
    List<EncoderPeer> peers = new ArrayList<>();
    for (String[] words : all) {
      String[] arguments = Arrays.copyOfRange(words, 1, words.length);
      EncoderPeer peer = EncoderPeer.start(setting, words[0], arguments);
      open.add(peer);
      peers.add(peer);
    }
    return peers;
  }

  private void throughput(
      String name, List<String> texts, int maxTokens, List<Model> models, List<EncoderPeer> peers)
      throws IOException {
    List<float[]> expected = List.of(models.get(0).many.embed(texts));
    List<Contestant> all = new ArrayList<>();
    models.forEach(model -> all.add(new Throughput(model, texts, expected)));
    for (EncoderPeer peer : peers) {
      all.add(peer.many(texts, expected));
    }
    long tokens = 0;
    try (TextEmbedder counter = TextEmbedder.load(DefaultModel.folder())) {
      tokens =
          texts.stream().mapToLong(text -> Math.min(maxTokens, counter.countTokens(text))).sum();
    }
    try (ProductLimit exact =
            new ProductLimit(Shares.LIMIT + "fp32", ScalarType.Float, texts.size(), tokens);
        ProductLimit half =
            new ProductLimit(Shares.LIMIT + "bf16", ScalarType.BFloat16, texts.size(), tokens)) {
      all.add(exact);
      if (hasBf16()) {
        all.add(half);
      }
      setting.sideBySide().run("encoder", name, "texts/s", all);
    }
  }

  private static void close(AutoCloseable one) throws IOException {
    try {
      one.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** The mean cosine of the rows of two tables, the first of unit length. */
  static double meanCosine(List<float[]> expected, float[][] rows) {
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
    return sum / rows.length;
  }

  /** Many texts to vectors. */
  @FunctionalInterface
  private interface Many {
    float[][] embed(List<String> texts);
  }

  /** One text to a vector. */
  @FunctionalInterface
  private interface One {
    float[] embed(String text);
  }

  /** A model in this process. */
  private record Model(String name, Many many, One one) {}

  /** Many texts at once. */
  private record Throughput(Model model, List<String> texts, List<float[]> expected)
      implements Contestant {

    @Override
    public String name() {
      return model.name;
    }

    @Override
    public double sample() {
      long started = System.nanoTime();
      model.many.embed(texts);
      return texts.size() / ((System.nanoTime() - started) / 1e9);
    }

    /** The mean cosine with our fp32 vectors. */
    @Override
    public Map<String, Double> beside() {
      return Map.of("cosine", meanCosine(expected, model.many.embed(texts)));
    }
  }

  /** One text a call: the middle of many calls, in milliseconds. */
  private record Single(Model model, List<String> texts) implements Contestant {

    @Override
    public String name() {
      return model.name;
    }

    @Override
    public double sample() {
      double[] millis = new double[texts.size()];
      for (int i = 0; i < millis.length; i++) {
        long started = System.nanoTime();
        model.one.embed(texts.get(i));
        millis[i] = (System.nanoTime() - started) / 1e6;
      }
      Arrays.sort(millis);
      return millis[millis.length / 2];
    }
  }
}
