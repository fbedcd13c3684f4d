package dev.faissjvm.embedder.model;

import dev.faissjvm.embedder.EmbedderException;

/**
 * The sizes of an encoder, from its {@code config.json}, checked for what can be computed.
 *
 * @param architecture which encoder
 * @param activation of the feed-forward block
 * @param vocabulary number of token ids
 * @param hidden components of a token's vector
 * @param heads of attention; divides {@code hidden}
 * @param layers of the encoder
 * @param intermediate width of the feed-forward block
 * @param positions rows of the position embedding
 * @param tokenTypes rows of the token type embedding, 0 where there is none
 * @param paddingId the padding token's id
 * @param relativeBuckets rows of MPNet's relative attention bias, 0 where there is none
 * @param epsilon of the layer norms
 */
public record TransformerConfig(
    Architecture architecture,
    Activation activation,
    int vocabulary,
    int hidden,
    int heads,
    int layers,
    int intermediate,
    int positions,
    int tokenTypes,
    int paddingId,
    int relativeBuckets,
    double epsilon) {
  private static final int MAX_WIDTH = 65_536;
  private static final int MAX_ROWS = 10_000_000;

  /**
   * Reads a configuration.
   *
   * @param json a {@code config.json} as transformers writes it
   * @return the sizes
   * @throws EmbedderException if the architecture is not known, or a field is missing or cannot be
   */
  public static TransformerConfig read(JsonFile json) {
    String modelType = json.text("model_type");
    Architecture architecture = Architecture.ofModelType(modelType);
    if (architecture == null) {
      throw new EmbedderException(
          json.name()
              + ": model_type: expected bert, distilbert, roberta, xlm-roberta, camembert or mpnet,"
              + " got "
              + modelType);
    }
    String positionType = json.textOrNull("position_embedding_type");
    if (positionType != null && !positionType.equals("absolute")) {
      throw new EmbedderException(
          json.name() + ": position_embedding_type: expected absolute, got " + positionType);
    }
    if (json.flagOr("is_decoder", false)) {
      throw new EmbedderException(json.name() + ": is_decoder: expected false, got true");
    }
    TransformerConfig config =
        architecture == Architecture.DISTILBERT ? distilBert(json) : bertLike(json, architecture);
    config.requireWholeHeads(json);
    if (architecture.countsPositionsFromPadding() && config.firstPosition() >= config.positions) {
      throw new EmbedderException(
          json.name()
              + ": pad_token_id: expected less than max_position_embeddings - 1, got "
              + config.paddingId
              + "; max_position_embeddings="
              + config.positions);
    }
    return config;
  }

  /** Reads the {@code text_config} of a CLIP model. */
  static TransformerConfig clipText(JsonFile json) {
    int vocabulary = json.wholeOr("vocab_size", 1, MAX_ROWS, 49_408);
    int positions = json.wholeOr("max_position_embeddings", 1, MAX_ROWS, 77);
    return clip(json, Architecture.CLIP_TEXT, vocabulary, positions, 512, 8);
  }

  /** Reads the {@code vision_config} of a CLIP model. */
  static TransformerConfig clipVision(JsonFile json, int positions) {
    return clip(json, Architecture.CLIP_VISION, 0, positions, 768, 12);
  }

  /** The defaults are those of ViT-B/32, which configurations leave out. */
  private static TransformerConfig clip(
      JsonFile json,
      Architecture architecture,
      int vocabulary,
      int positions,
      int hidden,
      int heads) {
    TransformerConfig config =
        new TransformerConfig(
            architecture,
            json.has("hidden_act") ? activation(json, "hidden_act") : Activation.QUICK_GELU,
            vocabulary,
            json.wholeOr("hidden_size", 1, MAX_WIDTH, hidden),
            json.wholeOr("num_attention_heads", 1, MAX_WIDTH, heads),
            json.wholeOr("num_hidden_layers", 1, 1000, 12),
            json.wholeOr("intermediate_size", 1, MAX_WIDTH * 4, hidden * 4),
            positions,
            0,
            0,
            0,
            json.numberOr("layer_norm_eps", 0, 1, 1e-5));
    config.requireWholeHeads(json);
    return config;
  }

  private void requireWholeHeads(JsonFile json) {
    if (hidden % heads != 0) {
      throw new EmbedderException(
          json.name()
              + ": hidden size: expected a multiple of the heads, got "
              + hidden
              + "; heads="
              + heads);
    }
  }

  private static TransformerConfig bertLike(JsonFile json, Architecture architecture) {
    boolean mpnet = architecture == Architecture.MPNET;
    return new TransformerConfig(
        architecture,
        activation(json, "hidden_act"),
        json.whole("vocab_size", 1, MAX_ROWS),
        json.whole("hidden_size", 1, MAX_WIDTH),
        json.whole("num_attention_heads", 1, MAX_WIDTH),
        json.whole("num_hidden_layers", 1, 1000),
        json.whole("intermediate_size", 1, MAX_WIDTH * 4),
        json.whole("max_position_embeddings", 1, MAX_ROWS),
        architecture.hasTokenTypes() ? json.wholeOr("type_vocab_size", 1, MAX_ROWS, 2) : 0,
        json.wholeOr(
            "pad_token_id", 0, MAX_ROWS, architecture.countsPositionsFromPadding() ? 1 : 0),
        mpnet ? json.wholeOr("relative_attention_num_buckets", 4, 65_536, 32) : 0,
        json.numberOr("layer_norm_eps", 0, 1, 1e-12));
  }

  private static TransformerConfig distilBert(JsonFile json) {
    return new TransformerConfig(
        Architecture.DISTILBERT,
        activation(json, "activation"),
        json.whole("vocab_size", 1, MAX_ROWS),
        json.whole("dim", 1, MAX_WIDTH),
        json.whole("n_heads", 1, MAX_WIDTH),
        json.whole("n_layers", 1, 1000),
        json.whole("hidden_dim", 1, MAX_WIDTH * 4),
        json.whole("max_position_embeddings", 1, MAX_ROWS),
        0,
        json.wholeOr("pad_token_id", 0, MAX_ROWS, 0),
        0,
        1e-12);
  }

  private static Activation activation(JsonFile json, String field) {
    String name = json.has(field) ? json.text(field) : "gelu";
    Activation activation = Activation.of(name);
    if (activation == null) {
      throw new EmbedderException(
          json.name()
              + ": "
              + field
              + ": expected gelu, gelu_new, quick_gelu or relu, got "
              + name);
    }
    return activation;
  }

  /**
   * Returns the row of the position embedding that a text's first token takes.
   *
   * @return 0, or the row behind the padding id
   */
  public int firstPosition() {
    return architecture.countsPositionsFromPadding() ? paddingId + 1 : 0;
  }

  /**
   * Returns how many tokens a text may have.
   *
   * @return the positions from the first on
   */
  public int maxTokens() {
    return positions - firstPosition();
  }

  /**
   * Returns the rows of the position embedding that some texts' tokens take.
   *
   * @param tokens the ids of all texts, one text behind the other
   * @param lengths of the texts
   * @return a row a token
   * @throws EmbedderException if an id is outside the vocabulary
   */
  public int[] positionsOf(int[] tokens, int[] lengths) {
    boolean fromPadding = architecture.countsPositionsFromPadding();
    int[] rows = new int[tokens.length];
    int at = 0;
    for (int length : lengths) {
      int row = firstPosition();
      for (int end = at + length; at < end; at++) {
        int token = tokens[at];
        if (token < 0 || token >= vocabulary) {
          throw new EmbedderException(
              "tokenizer.json: expected ids below vocab_size, got "
                  + token
                  + "; vocab_size="
                  + vocabulary);
        }
        // The reference gives a padding token inside a text the padding's position.
        rows[at] = fromPadding && token == paddingId ? paddingId : row++;
      }
    }
    return rows;
  }
}
