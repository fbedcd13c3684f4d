package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.model.Architecture;
import dev.faissjvm.embedder.model.ModelFolder;
import dev.faissjvm.embedder.model.TransformerConfig;
import dev.faissjvm.embedder.model.text.PackedBatch;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A transformer encoder of texts in libtorch: token ids to one vector a token.
 *
 * <p><b>Shape.</b> A {@link PackedBatch} of T tokens in all becomes T rows of {@link
 * TransformerConfig#hidden()} float32 numbers, in the batch's order. Nothing is padded: the linear
 * layers and norms see one matrix of T rows, and attention runs once for each run of neighbouring
 * sequences of equal length.
 *
 * <p><b>Threads.</b> Safe for use by many threads, each call on the caller's own; {@link #close()}
 * must not overlap a call.
 *
 * <p><b>Ownership.</b> Owns the packed weights in native memory and the mappings of the rest.
 *
 * <p><b>Errors.</b> A failure of libtorch is an {@link EmbedderException}.
 *
 * @see <a href="https://arxiv.org/abs/1810.04805">Devlin et al., BERT, 2018</a>
 * @see <a href="https://arxiv.org/abs/2004.09297">Song et al., MPNet, 2020</a>
 */
public final class Encoder implements AutoCloseable {
  private static final int LIST_TOKENS = 1024;
  private static final int INT8_LIST_TOKENS = 512;

  private final NativeModel model;
  private final TransformerConfig config;
  private final Tensor words;
  private final Tensor positions;
  private final @Nullable Norm firstNorm;
  private final Layers layers;
  private final @Nullable Norm lastNorm;

  private Encoder(NativeModel model, TransformerConfig config, int maxTokens) {
    this.model = model;
    this.config = config;
    WeightTensors weights = model.weights();
    int hidden = config.hidden();
    boolean clip = config.architecture() == Architecture.CLIP_TEXT;
    String wordName = clip ? "embeddings.token_embedding" : "embeddings.word_embeddings";
    this.words = weights.get(wordName + ".weight", config.vocabulary(), hidden);
    String positionName =
        clip ? "embeddings.position_embedding.weight" : "embeddings.position_embeddings.weight";
    Tensor rows = weights.get(positionName, config.positions(), hidden);
    if (config.architecture().hasTokenTypes()) {
      // Every token is of type 0, so its embedding can be added once.
      try (Tensor types =
          weights.get("embeddings.token_type_embeddings.weight", config.tokenTypes(), hidden)) {
        rows = rows.add(types.select(0, 0));
      }
    }
    this.positions = rows;
    this.firstNorm =
        clip ? null : Norm.load(weights, "embeddings.LayerNorm", config, model.owned());
    this.layers = Layers.load(model, config, maxTokens);
    this.lastNorm = clip ? Norm.load(weights, "final_layer_norm", config, model.owned()) : null;
  }

  /**
   * Loads libtorch on the first call and does nothing on later ones.
   *
   * @throws EmbedderException if it cannot be loaded
   */
  public static void loadLibrary() {
    TorchLibrary.load();
  }

  /**
   * Decides in which numbers this CPU computes; loads nothing.
   *
   * @param wanted any precision
   * @return it, or what {@link Precision#AUTO} means here
   * @throws EmbedderException if the CPU cannot compute in it
   */
  public static Precision decide(Precision wanted) {
    return CpuFeatures.decide(wanted);
  }

  /**
   * Loads an encoder.
   *
   * @param folder the model
   * @param wanted in which numbers to compute
   * @param maxTokens the longest sequence that will come
   * @return the encoder
   * @throws EmbedderException if the weights do not fit the configuration, or the CPU cannot
   *     compute in that precision
   */
  public static Encoder load(ModelFolder folder, Precision wanted, int maxTokens) {
    TransformerConfig config = folder.config();
    return NativeModel.load(
        wanted,
        folder.weights(),
        config.architecture(),
        model -> new Encoder(model, config, maxTokens));
  }

  /**
   * Returns how many tokens of a list are best computed together.
   *
   * @param precision a decided one
   * @return tokens
   */
  public static int listTokens(Precision precision) {
    return precision == Precision.INT8 ? INT8_LIST_TOKENS : LIST_TOKENS;
  }

  /**
   * Computes the vectors of all tokens.
   *
   * @param batch ids below the vocabulary's size, sequences within the limit of the load
   * @param threads that compute, the caller's among them
   * @return row-major, a row of {@code hidden} numbers a token
   * @throws EmbedderException if an id is outside the vocabulary, or libtorch fails
   */
  public float[] encode(PackedBatch batch, int threads) {
    int[] positionRows = config.positionsOf(batch.tokens(), batch.lengths());
    return model.call(
        () -> forward(batch, positionRows),
        Math.multiplyExact(batch.tokens().length, config.hidden()),
        threads);
  }

  private Tensor forward(PackedBatch batch, int[] positionRows) {
    Tensor x = layers.apply(embed(batch.tokens(), positionRows), Run.of(batch.lengths()));
    if (lastNorm == null) {
      return x;
    }
    try (x) {
      return lastNorm.apply(x);
    }
  }

  private Tensor embed(int[] tokens, int[] positionRows) {
    try (Tensor idTensor = torch.tensor(longs(tokens));
        Tensor placeTensor = torch.tensor(longs(positionRows));
        Tensor p = torch.embedding(positions, placeTensor)) {
      Tensor x = torch.embedding(words, idTensor);
      x.add_(p); // returns x itself
      if (firstNorm == null) {
        return x;
      }
      try (x) {
        return firstNorm.apply(x);
      }
    }
  }

  private static long[] longs(int[] ids) {
    return Arrays.stream(ids).asLongStream().toArray();
  }

  /** Frees the weights. */
  @Override
  public void close() {
    model.close();
  }
}
