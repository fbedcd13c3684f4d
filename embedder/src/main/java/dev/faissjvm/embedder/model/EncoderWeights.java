package dev.faissjvm.embedder.model;

/**
 * The weights of an encoder by the names that transformers gives them now, whatever a checkpoint
 * calls them.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class EncoderWeights {
  private final Weights weights;
  private final String prefix;

  /**
   * Finds out under which prefix the encoder was saved.
   *
   * @param weights of the module
   * @param architecture of the encoder
   */
  public EncoderWeights(Weights weights, Architecture architecture) {
    this.weights = weights;
    this.prefix = weights.has("embeddings.word_embeddings.weight") ? "" : architecture.prefix();
  }

  /**
   * Maps a tensor whose shape is known.
   *
   * @param name without the prefix
   * @param shape what its dimensions must be
   * @return the tensor
   * @throws dev.faissjvm.embedder.EmbedderException if there is none, or its shape differs
   */
  public Weight get(String name, int... shape) {
    return weights.get(fullName(name), shape);
  }

  /** Old checkpoints call a layer norm's weight gamma and its bias beta. */
  private String fullName(String name) {
    String full = prefix + name;
    if (weights.has(full)) {
      return full;
    }
    String old =
        full.replaceFirst("LayerNorm\\.weight$", "LayerNorm.gamma")
            .replaceFirst("LayerNorm\\.bias$", "LayerNorm.beta");
    return weights.has(old) ? old : full;
  }
}
