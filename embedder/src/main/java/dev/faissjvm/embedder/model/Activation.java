package dev.faissjvm.embedder.model;

import org.jspecify.annotations.Nullable;

/** The function between the two linears of a feed-forward block. */
public enum Activation {
  /** The exact one, by the error function. */
  GELU,
  /** The approximation by the hyperbolic tangent. */
  GELU_TANH,
  /** The approximation by the logistic function, {@code x / (1 + exp(-1.702 x))}. */
  QUICK_GELU,
  /** The positive part. */
  RELU;

  /**
   * Finds the function of a {@code hidden_act}.
   *
   * @param name as in config.json
   * @return the function, or null for one that is not known
   */
  static @Nullable Activation of(String name) {
    return switch (name) {
      case "gelu", "gelu_python" -> GELU;
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> GELU_TANH;
      case "quick_gelu" -> QUICK_GELU;
      case "relu" -> RELU;
      default -> null;
    };
  }
}
