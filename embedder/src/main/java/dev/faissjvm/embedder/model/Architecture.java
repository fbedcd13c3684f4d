package dev.faissjvm.embedder.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The encoders that can be run, and what their tensors are called. They differ in names, in where
 * positions start, in MPNet's relative attention bias, and in where CLIP has its layer norms.
 */
public enum Architecture {
  /** BERT, with token types. */
  BERT("bert."),
  /** RoBERTa, XLM-RoBERTa, CamemBERT: BERT with positions counted from the padding id. */
  ROBERTA("roberta."),
  /** DistilBERT: no token types, names of its own. */
  DISTILBERT("distilbert."),
  /** MPNet: a bias by distance is added to the attention scores. */
  MPNET("mpnet."),
  /** CLIP's text half: norms before the blocks, and a token sees only those before it. */
  CLIP_TEXT("text_model."),
  /** CLIP's picture half: norms before the blocks. */
  CLIP_VISION("vision_model.");

  /** The parts of one layer. */
  public enum Part {
    /** Attention's query projection. */
    QUERY,
    /** Attention's key projection. */
    KEY,
    /** Attention's value projection. */
    VALUE,
    /** What follows attention. */
    ATTENTION_OUTPUT,
    /** The layer norm of attention. */
    ATTENTION_NORM,
    /** The first linear of the feed-forward block. */
    INTERMEDIATE,
    /** The second linear of the feed-forward block. */
    OUTPUT,
    /** The layer norm of the feed-forward block. */
    OUTPUT_NORM
  }

  private static final Map<Part, String> BERT_PARTS =
      Map.of(
          Part.QUERY, "attention.self.query",
          Part.KEY, "attention.self.key",
          Part.VALUE, "attention.self.value",
          Part.ATTENTION_OUTPUT, "attention.output.dense",
          Part.ATTENTION_NORM, "attention.output.LayerNorm",
          Part.INTERMEDIATE, "intermediate.dense",
          Part.OUTPUT, "output.dense",
          Part.OUTPUT_NORM, "output.LayerNorm");
  private static final Map<Part, String> DISTILBERT_PARTS =
      Map.of(
          Part.QUERY, "attention.q_lin",
          Part.KEY, "attention.k_lin",
          Part.VALUE, "attention.v_lin",
          Part.ATTENTION_OUTPUT, "attention.out_lin",
          Part.ATTENTION_NORM, "sa_layer_norm",
          Part.INTERMEDIATE, "ffn.lin1",
          Part.OUTPUT, "ffn.lin2",
          Part.OUTPUT_NORM, "output_layer_norm");
  private static final Map<Part, String> MPNET_PARTS =
      Map.of(
          Part.QUERY, "attention.attn.q",
          Part.KEY, "attention.attn.k",
          Part.VALUE, "attention.attn.v",
          Part.ATTENTION_OUTPUT, "attention.attn.o",
          Part.ATTENTION_NORM, "attention.LayerNorm",
          Part.INTERMEDIATE, "intermediate.dense",
          Part.OUTPUT, "output.dense",
          Part.OUTPUT_NORM, "output.LayerNorm");
  private static final Map<Part, String> CLIP_PARTS =
      Map.of(
          Part.QUERY, "self_attn.q_proj",
          Part.KEY, "self_attn.k_proj",
          Part.VALUE, "self_attn.v_proj",
          Part.ATTENTION_OUTPUT, "self_attn.out_proj",
          Part.ATTENTION_NORM, "layer_norm1",
          Part.INTERMEDIATE, "mlp.fc1",
          Part.OUTPUT, "mlp.fc2",
          Part.OUTPUT_NORM, "layer_norm2");

  private final String prefix;

  Architecture(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Finds the architecture of a {@code model_type}.
   *
   * @param modelType as in config.json
   * @return the architecture, or null for one that cannot be run
   */
  static @Nullable Architecture ofModelType(String modelType) {
    return switch (modelType) {
      case "bert" -> BERT;
      case "roberta", "xlm-roberta", "camembert" -> ROBERTA;
      case "distilbert" -> DISTILBERT;
      case "mpnet" -> MPNET;
      default -> null;
    };
  }

  /**
   * Says what the names of the tensors begin with where the encoder was saved inside a larger
   * model.
   *
   * @return for example {@code bert.}
   */
  public String prefix() {
    return prefix;
  }

  /**
   * Names a part of a layer, without {@code .weight} and {@code .bias}.
   *
   * @param layer from 0
   * @param part of the layer
   * @return for example {@code encoder.layer.0.output.dense}
   */
  public String name(int layer, Part part) {
    return switch (this) {
      case BERT, ROBERTA -> "encoder.layer." + layer + "." + BERT_PARTS.get(part);
      case DISTILBERT -> "transformer.layer." + layer + "." + DISTILBERT_PARTS.get(part);
      case MPNET -> "encoder.layer." + layer + "." + MPNET_PARTS.get(part);
      case CLIP_TEXT, CLIP_VISION -> "encoder.layers." + layer + "." + CLIP_PARTS.get(part);
    };
  }

  /**
   * Says whether there is an embedding of token types.
   *
   * @return the answer
   */
  public boolean hasTokenTypes() {
    return this == BERT || this == ROBERTA;
  }

  /**
   * Says whether the layer norms stand before their blocks instead of behind them.
   *
   * @return the answer
   */
  public boolean normalizesFirst() {
    return this == CLIP_TEXT || this == CLIP_VISION;
  }

  /**
   * Says whether positions start behind the padding id.
   *
   * @return the answer
   */
  public boolean countsPositionsFromPadding() {
    return this == ROBERTA || this == MPNET;
  }
}
