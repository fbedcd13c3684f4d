package dev.faissjvm.embedder;

import dev.faissjvm.embedder.model.ModelFolder;
import dev.faissjvm.embedder.model.Normalize;
import dev.faissjvm.embedder.model.Stage;
import dev.faissjvm.embedder.model.text.PackedBatch;
import dev.faissjvm.embedder.model.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The whole way of one batch: tokens, encoder, pooling, the stages behind it, the cut to the
 * dimension asked for. Safe for use by many threads; owns the tokenizer and the encoder.
 */
final class TextModel implements AutoCloseable {
  private static final Normalize NORMALIZE = new Normalize();

  private final ModelFolder folder;
  private final Tokenizer tokenizer;
  private final TextEncoder encoder;
  private final int dimension;
  private final boolean normalizesAtTheEnd;

  private TextModel(
      ModelFolder folder,
      Tokenizer tokenizer,
      TextEncoder encoder,
      int dimension,
      boolean normalized) {
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.encoder = encoder;
    this.dimension = dimension;
    boolean cut = dimension < folder.dimension();
    this.normalizesAtTheEnd = folder.normalizes() ? cut : normalized;
  }

  /**
   * Loads a model; under {@link Lifetime#loadAlone}. The native libraries come first, all on this
   * thread, since two threads that load some can hang the JVM; then the tokenizer is read while the
   * weights are packed.
   */
  static TextModel load(
      ModelFolder folder, Precision precision, int maxTokens, int dimension, boolean normalized) {
    TextEncoder.loadLibraries(folder, precision);
    Tokenizer.loadLibrary();
    CompletableFuture<Tokenizer> tokenizer =
        CompletableFuture.supplyAsync(
            () -> Tokenizer.open(folder.tokenizer(), maxTokens, folder.lowerCase()),
            task -> new Thread(task, "embedder-tokenizer").start());
    TextEncoder encoder;
    try {
      encoder = TextEncoder.load(folder, precision, maxTokens);
    } catch (RuntimeException e) {
      try {
        tokenizer.join().close();
      } catch (CompletionException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    try {
      return new TextModel(folder, tokenizer.join(), encoder, dimension, normalized);
    } catch (CompletionException e) {
      encoder.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Names what made vectors; the halves of a CLIP model have one name. */
  static String fingerprint(
      String contentHash, Precision precision, int maxTokens, int dimension, boolean unit) {
    return String.join(
        "-",
        contentHash,
        precision == Precision.INT8 ? "int8" : "float",
        "tokens" + maxTokens,
        "dimension" + dimension,
        unit ? "unit" : "raw");
  }

  ModelFolder folder() {
    return folder;
  }

  Precision precision() {
    return encoder.precision();
  }

  int listTokens() {
    return encoder.listTokens();
  }

  int dimension() {
    return dimension;
  }

  boolean makesUnitVectors() {
    return folder.normalizes() || normalizesAtTheEnd;
  }

  int[] tokens(String text) {
    return folder.untilEnd(tokenizer.tokens(text));
  }

  int promptTokens(String prompt) {
    return prompt.isEmpty() ? 0 : tokenizer.promptTokens(prompt);
  }

  /**
   * Computes the vectors of one batch.
   *
   * @param sequences token ids, best sorted by length
   * @param promptTokens how many at the start of each are the prompt's
   * @param team who computes
   */
  float[][] vectors(List<int[]> sequences, int promptTokens, Workers.Team team) {
    // A text without a single token has no row in the encoder; it is pooled to zeros.
    List<int[]> encoded = new ArrayList<>(sequences);
    encoded.removeIf(tokens -> tokens.length == 0);
    float[] rows = encoded.isEmpty() ? new float[0] : encoder.encode(PackedBatch.of(encoded), team);
    float[][] vectors = new float[sequences.size()][];
    int row = 0;
    for (int i = 0; i < vectors.length; i++) {
      int count = sequences.get(i).length;
      float[] pooled =
          count == 0
              ? new float[folder.pooling().dimension()]
              : folder.pooling().pool(rows, row, count, promptTokens);
      vectors[i] = finish(pooled);
      row += count;
    }
    return vectors;
  }

  private float[] finish(float[] pooled) {
    float[] vector = pooled;
    for (Stage stage : folder.stages()) {
      vector = stage.apply(vector);
    }
    if (dimension < vector.length) {
      vector = Arrays.copyOf(vector, dimension);
    }
    return normalizesAtTheEnd ? NORMALIZE.apply(vector) : vector;
  }

  /** Frees tokenizer and encoder. */
  @Override
  public void close() {
    try {
      tokenizer.close();
    } finally {
      encoder.close();
    }
  }
}
