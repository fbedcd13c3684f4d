package dev.faissjvm.embedder.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The encoders that can be run, and what their tensors are called. All are post-norm transformers;
 * they differ in names, in where positions start, and in MPNet's relative attention bias.
 */
public enum Architecture {
  /** BERT, with token types. */
  BERT("bert."),
  /** RoBERTa, XLM-RoBERTa, CamemBERT: BERT with positions counted from the padding id. */
  ROBERTA("roberta."),
  /** DistilBERT: no token types, names of its own. */
  DISTILBERT("distilbert."),
  /** MPNet: a bias by distance is added to the attention scores. */
  MPNET("mpnet.");

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
    /** The layer norm after attention. */
    ATTENTION_NORM,
    /** The first linear of the feed-forward block. */
    INTERMEDIATE,
    /** The second linear of the feed-forward block. */
    OUTPUT,
    /** The layer norm after the feed-forward block. */
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
   * Says whether positions start behind the padding id.
   *
   * @return the answer
   */
  public boolean countsPositionsFromPadding() {
    return this == ROBERTA || this == MPNET;
  }
}
