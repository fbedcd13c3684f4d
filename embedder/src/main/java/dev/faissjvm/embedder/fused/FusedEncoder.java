package dev.faissjvm.embedder.fused;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.model.Architecture;
import dev.faissjvm.embedder.model.Architecture.Part;
import dev.faissjvm.embedder.model.DistanceBias;
import dev.faissjvm.embedder.model.EncoderWeights;
import dev.faissjvm.embedder.model.ModelFolder;
import dev.faissjvm.embedder.model.TransformerConfig;
import dev.faissjvm.embedder.model.Weight;
import dev.faissjvm.embedder.model.text.PackedBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * A transformer encoder of texts in kernels of our own: token ids to one vector a token.
 *
 * <p><b>Shape.</b> As {@link dev.faissjvm.embedder.torch.Encoder}'s, whose vectors these are to
 * 1e-6 in float32.
 *
 * <p><b>Threads.</b> Safe for use by many threads; {@link #close()} must not overlap a call.
 *
 * <p><b>Ownership.</b> Owns a copy of the layers in native memory, and room for as many batches as
 * were ever computed at once; the embeddings stay in the file.
 */
public final class FusedEncoder implements AutoCloseable {
  private static final List<Part> LINEARS =
      List.of(
          Part.QUERY, Part.KEY, Part.VALUE, Part.ATTENTION_OUTPUT, Part.INTERMEDIATE, Part.OUTPUT);

  /** What the kernels take of a row at a time. */
  private static final int MULTIPLE = 16;

  /** Room is made for a multiple, so that the next text finds it. */
  private static final int TOKENS_OF_ROOM = 64;

  /** A text of more tokens is left to libtorch where lists are. */
  private static final int SHORT_TEXT = 64;

  private final TransformerConfig config;
  private final int listTokens;
  private final Weight words;
  private final Weight positions;
  private final float[] type;
  private final long model;
  private final Queue<Room> rooms = new ConcurrentLinkedQueue<>();

  /** A native batch, and for how many tokens it is. */
  private record Room(long batch, int tokens) {}

  private FusedEncoder(
      TransformerConfig config, EncoderWeights weights, int precision, int longest) {
    this.config = config;
    this.listTokens = FusedLibrary.listTokens(precision);
    int hidden = config.hidden();
    this.words = weights.get("embeddings.word_embeddings.weight", config.vocabulary(), hidden);
    this.positions =
        weights.get("embeddings.position_embeddings.weight", config.positions(), hidden);
    this.type = new float[hidden];
    if (config.architecture().hasTokenTypes()) { // every token is of type 0
      weights
          .get("embeddings.token_type_embeddings.weight", config.tokenTypes(), hidden)
          .copy(0, type, 0, hidden);
    }
    int[] sizes = {
      hidden,
      config.heads(),
      config.intermediate(),
      FusedLibrary.number(config.activation()),
      longest
    };
    float[] norm = new float[2 * hidden];
    norm(weights, "embeddings.LayerNorm", norm, 0);
    this.model =
        FusedLibrary.newModel(
            precision,
            sizes,
            (float) config.epsilon(),
            norm,
            distanceBias(config, weights, longest));
    boolean complete = false;
    try {
      requireMemory(model != 0);
      for (int layer = 0; layer < config.layers(); layer++) {
        addLayer(weights, layer);
      }
      complete = true;
    } finally {
      if (!complete && model != 0) {
        FusedLibrary.freeModel(model);
      }
    }
  }

  /**
   * Loads the native library on the first call and does nothing on later ones.
   *
   * @throws EmbedderException if it cannot be loaded
   */
  public static void loadLibrary() {
    FusedLibrary.load();
  }

  /**
   * Says whether there is a kernel for the model and for the CPU.
   *
   * @param folder the model
   * @param precision a decided one
   * @return the answer
   */
  public static boolean runs(ModelFolder folder, Precision precision) {
    TransformerConfig config = folder.config();
    return FusedLibrary.computes(FusedLibrary.number(precision))
        && config.hidden() % MULTIPLE == 0
        && config.intermediate() % MULTIPLE == 0
        && !config.architecture().normalizesFirst();
  }

  /**
   * Loads an encoder.
   *
   * @param folder a model that {@link #runs}
   * @param precision a decided one
   * @param maxTokens the longest sequence that will come
   * @return the encoder
   * @throws EmbedderException if the weights do not fit the configuration
   */
  public static FusedEncoder load(ModelFolder folder, Precision precision, int maxTokens) {
    TransformerConfig config = folder.config();
    EncoderWeights weights = new EncoderWeights(folder.weights(), config.architecture());
    return new FusedEncoder(config, weights, FusedLibrary.number(precision), maxTokens);
  }

  private static float[] distanceBias(
      TransformerConfig config, EncoderWeights weights, int longest) {
    if (config.architecture() != Architecture.MPNET) {
      return new float[0];
    }
    int heads = config.heads();
    int rows = config.relativeBuckets();
    float[] table = weights.get("encoder.relative_attention_bias.weight", rows, heads).toFloats();
    int distances = 2 * longest - 1;
    float[] bias = new float[heads * distances];
    for (int i = 0; i < distances; i++) {
      int row = DistanceBias.row(i - (longest - 1), rows);
      for (int head = 0; head < heads; head++) {
        bias[head * distances + i] = table[row * heads + head];
      }
    }
    return bias;
  }

  private void addLayer(EncoderWeights weights, int layer) {
    Architecture names = config.architecture();
    int hidden = config.hidden();
    ByteBuffer[] rows = new ByteBuffer[LINEARS.size()];
    int[] types = new int[rows.length];
    float[] vectors = new float[9 * hidden + config.intermediate()];
    int at = 0;
    for (int i = 0; i < rows.length; i++) {
      Part part = LINEARS.get(i);
      int in = part == Part.OUTPUT ? config.intermediate() : hidden;
      int out = part == Part.INTERMEDIATE ? config.intermediate() : hidden;
      String name = names.name(layer, part);
      Weight weight = weights.get(name + ".weight", out, in);
      rows[i] = weight.bytes();
      types[i] = FusedLibrary.number(weight.type());
      weights.get(name + ".bias", out).copy(0, vectors, at, out);
      at += out;
    }
    norm(weights, names.name(layer, Part.ATTENTION_NORM), vectors, at);
    norm(weights, names.name(layer, Part.OUTPUT_NORM), vectors, at + 2 * hidden);
    requireMemory(FusedLibrary.addLayer(model, rows, types, vectors));
  }

  private void norm(EncoderWeights weights, String name, float[] vectors, int at) {
    int hidden = config.hidden();
    weights.get(name + ".weight", hidden).copy(0, vectors, at, hidden);
    weights.get(name + ".bias", hidden).copy(0, vectors, at + hidden, hidden);
  }

  private static void requireMemory(boolean there) {
    if (!there) {
      throw new EmbedderException("embedder: out of native memory");
    }
  }

  /**
   * Returns how many tokens of a list are best computed together.
   *
   * @return tokens; 0 where lists are better left to libtorch
   */
  public int listTokens() {
    return listTokens;
  }

  /**
   * Says whether these are the kernels for some texts, and not libtorch.
   *
   * @param batch the texts
   * @return the answer
   */
  public boolean suits(PackedBatch batch) {
    return listTokens > 0 || (batch.lengths().length == 1 && batch.tokens().length <= SHORT_TEXT);
  }

  /**
   * Computes the vectors of all tokens.
   *
   * @param batch ids below the vocabulary's size, sequences within the limit of the load
   * @param team runs a part of the work on as many threads as are to take part, up to four, and
   *     returns when all have left
   * @return row-major, a row of {@code hidden} numbers a token
   * @throws EmbedderException if an id is outside the vocabulary, or memory is short
   */
  public float[] encode(PackedBatch batch, Consumer<Runnable> team) {
    int[] tokens = batch.tokens();
    int[] positionRows = config.positionsOf(tokens, batch.lengths());
    int hidden = config.hidden();
    float[] rows = new float[Math.multiplyExact(tokens.length, hidden)];
    float[] position = new float[hidden];
    for (int t = 0; t < tokens.length; t++) {
      int at = t * hidden;
      words.copy(tokens[t] * hidden, rows, at, hidden);
      positions.copy(positionRows[t] * hidden, position, 0, hidden);
      for (int i = 0; i < hidden; i++) {
        rows[at + i] += position[i] + type[i];
      }
    }
    Room room = room(tokens.length);
    FusedLibrary.begin(room.batch(), rows, batch.lengths());
    team.accept(() -> FusedLibrary.work(room.batch()));
    FusedLibrary.end(room.batch(), rows);
    rooms.add(room);
    return rows;
  }

  private Room room(int tokens) {
    Room room = rooms.poll();
    if (room != null && room.tokens() >= tokens) {
      return room;
    }
    if (room != null) {
      FusedLibrary.freeBatch(room.batch());
    }
    int most = (tokens + TOKENS_OF_ROOM - 1) / TOKENS_OF_ROOM * TOKENS_OF_ROOM;
    long batch = FusedLibrary.newBatch(model, most);
    requireMemory(batch != 0);
    return new Room(batch, most);
  }

  /** Frees the weights. */
  @Override
  public void close() {
    for (Room room = rooms.poll(); room != null; room = rooms.poll()) {
      FusedLibrary.freeBatch(room.batch());
    }
    FusedLibrary.freeModel(model);
  }
}
