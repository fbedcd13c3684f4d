package dev.faissjvm.embedder.torch;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.model.ModelFolder;
import dev.faissjvm.embedder.model.TransformerConfig;
import dev.faissjvm.embedder.model.Weight;
import dev.faissjvm.embedder.model.text.PackedBatch;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A transformer encoder in libtorch: token ids to one vector a token.
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
  private final TransformerConfig config;
  private final Precision precision;
  private final PointerScope owned;
  private final List<Weight> mapped;
  private final Tensor words;
  private final Tensor positions;
  private final Norm norm;
  private final List<Layer> layers = new ArrayList<>();
  private final Attention attention;

  private Encoder(ModelFolder folder, Precision precision, int maxTokens, PointerScope owned) {
    this.config = folder.config();
    this.precision = precision;
    this.owned = owned;
    WeightTensors weights = new WeightTensors(folder.weights(), config.architecture());
    int hidden = config.hidden();
    this.words = weights.get("embeddings.word_embeddings.weight", config.vocabulary(), hidden);
    Tensor rows = weights.get("embeddings.position_embeddings.weight", config.positions(), hidden);
    if (config.architecture().hasTokenTypes()) {
      // Every token is of type 0, so its embedding can be added once.
      try (Tensor types =
          weights.get("embeddings.token_type_embeddings.weight", config.tokenTypes(), hidden)) {
        rows = rows.add(types.select(0, 0));
      }
    }
    this.positions = rows;
    this.norm = Norm.load(weights, "embeddings.LayerNorm", config);
    for (int i = 0; i < config.layers(); i++) {
      layers.add(Layer.load(weights, i, config, precision, owned));
    }
    this.attention = Attention.load(weights, config, maxTokens);
    this.mapped = weights.mapped();
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
    TorchLibrary.load();
    Precision precision = decide(wanted);
    PointerScope owned = new PointerScope();
    try {
      Encoder encoder = new Encoder(folder, precision, maxTokens, owned);
      owned.extend(); // so that the close below only ends this thread's use of the scope
      return encoder;
    } catch (RuntimeException e) {
      throw failure("load", e);
    } finally {
      owned.close();
    }
  }

  private static Precision decide(Precision wanted) {
    CpuFeatures cpu = CpuFeatures.read();
    if (wanted == Precision.AUTO) {
      return cpu.computesBfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
    }
    if (wanted == Precision.BFLOAT16 && !cpu.computesBfloat16() && !cpu.emulatesBfloat16()) {
      throw new EmbedderException(
          "precision: expected a CPU with avx512_bf16, amx_bf16 or avx512bw for BFLOAT16, got one"
              + " without");
    }
    return wanted;
  }

  /**
   * Returns the precision in use.
   *
   * @return never {@link Precision#AUTO}
   */
  public Precision precision() {
    return precision;
  }

  /**
   * Computes the vectors of all tokens.
   *
   * @param batch ids below the vocabulary's size, sequences within the limit of the load
   * @return row-major, a row of {@code hidden} numbers a token
   * @throws EmbedderException if an id is outside the vocabulary, or libtorch fails
   */
  @SuppressWarnings("try") // the scope is for what is allocated under it
  public float[] encode(PackedBatch batch) {
    for (int token : batch.tokens()) {
      if (token < 0 || token >= config.vocabulary()) {
        throw new EmbedderException(
            "tokenizer.json: expected ids below vocab_size, got "
                + token
                + "; vocab_size="
                + config.vocabulary());
      }
    }
    torch.set_num_threads(1); // a setting of each thread, for the OpenMP loops inside oneDNN
    try (PointerScope scope = new PointerScope();
        InferenceMode inference = new InferenceMode(true);
        Tensor out = forward(batch);
        FloatPointer numbers = new FloatPointer(out.data_ptr())) {
      float[] rows = new float[Math.multiplyExact(batch.tokens().length, config.hidden())];
      numbers.get(rows, 0, rows.length);
      return rows;
    } catch (EmbedderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failure("encode", e);
    }
  }

  private Tensor forward(PackedBatch batch) {
    List<Run> runs = Run.of(batch.lengths());
    Tensor x = embed(batch);
    for (Layer layer : layers) {
      Tensor next = layer.apply(x, runs, attention);
      x.close();
      x = next;
    }
    return x;
  }

  private Tensor embed(PackedBatch batch) {
    int[] tokens = batch.tokens();
    long[] ids = new long[tokens.length];
    long[] places = new long[tokens.length];
    int at = 0;
    boolean fromPadding = config.architecture().countsPositionsFromPadding();
    for (int length : batch.lengths()) {
      int place = config.firstPosition();
      for (int i = 0; i < length; i++, at++) {
        ids[at] = tokens[at];
        // The reference gives a padding token inside a text the padding's position.
        places[at] = fromPadding && tokens[at] == config.paddingId() ? config.paddingId() : place++;
      }
    }
    try (Tensor idTensor = torch.tensor(ids);
        Tensor placeTensor = torch.tensor(places);
        Tensor x = torch.embedding(words, idTensor);
        Tensor p = torch.embedding(positions, placeTensor)) {
      x.add_(p); // returns x itself
      return norm.apply(x);
    }
  }

  /** Trims libtorch's message to its first line, without the native stack. */
  private static EmbedderException failure(String operation, RuntimeException e) {
    if (e instanceof EmbedderException known) {
      return known;
    }
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return new EmbedderException(
        "libtorch: failed to " + operation + ": " + (end < 0 ? message : message.substring(0, end)),
        e);
  }

  /** Frees the weights. */
  @Override
  public void close() {
    try {
      owned.close();
    } finally {
      Reference.reachabilityFence(mapped); // until here the tensors pointed into it
    }
  }

  /** A layer norm. */
  record Norm(TensorOptional weight, TensorOptional bias, int width, double epsilon) {
    static Norm load(WeightTensors weights, String name, TransformerConfig config) {
      int width = config.hidden();
      return new Norm(
          new TensorOptional(weights.get(name + ".weight", width)),
          new TensorOptional(weights.get(name + ".bias", width)),
          width,
          config.epsilon());
    }

    Norm keep(PointerScope owner) {
      owner.attach(weight).attach(bias);
      return this;
    }

    Tensor apply(Tensor x) {
      return torch.layer_norm(x, new long[] {width}, weight, bias, epsilon, false);
    }
  }
}
