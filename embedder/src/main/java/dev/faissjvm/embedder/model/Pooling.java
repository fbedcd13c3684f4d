package dev.faissjvm.embedder.model;

import dev.faissjvm.embedder.EmbedderException;
import java.util.ArrayList;
import java.util.List;

/**
 * The vectors of a text's tokens to one vector, as sentence-transformers' Pooling module does it.
 *
 * <p><b>Shape.</b> In: tokens of {@code width} components. Out: one part of {@code width}
 * components a mode, in the order of {@link Mode}.
 *
 * <p>The reference overwrites the first token's vector before it reads it where cls and max are
 * combined and the prompt does not count; here it stays what it is.
 *
 * @param width components of a token's vector
 * @param modes at least one
 * @param includePrompt whether the tokens of a prompt count
 */
public record Pooling(int width, List<Mode> modes, boolean includePrompt) {

  /** Ways to pool, in the order in which several are put behind one another. */
  public enum Mode {
    /** The first token. */
    CLS("pooling_mode_cls_token", "cls"),
    /** The largest of each component. */
    MAX("pooling_mode_max_tokens", "max"),
    /** The mean. */
    MEAN("pooling_mode_mean_tokens", "mean"),
    /** The sum over the root of the number of tokens. */
    MEAN_SQRT_LEN("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
    /** The mean weighted by position, the first token having weight 1. */
    WEIGHTED_MEAN("pooling_mode_weightedmean_tokens", "weightedmean"),
    /** The last token. */
    LAST("pooling_mode_lasttoken", "lasttoken");

    private final String field;
    private final String word;

    Mode(String field, String word) {
      this.field = field;
      this.word = word;
    }
  }

  /**
   * Pools by the mean, as a folder without modules is treated.
   *
   * @param width components of a token's vector
   * @return the pooling
   */
  static Pooling mean(int width) {
    return new Pooling(width, List.of(Mode.MEAN), true);
  }

  /**
   * Reads a module's configuration.
   *
   * @param json its {@code config.json}
   * @param width what the encoder yields
   * @return the pooling
   * @throws EmbedderException if it contradicts the encoder, or names no mode or an unknown one
   */
  static Pooling read(JsonFile json, int width) {
    int stated = json.wholeOr("word_embedding_dimension", 1, Integer.MAX_VALUE, width);
    if (stated != width) {
      throw new EmbedderException(
          json.name() + ": word_embedding_dimension: expected " + width + ", got " + stated);
    }
    List<Mode> modes = new ArrayList<>();
    String word = json.textOrNull("pooling_mode");
    for (Mode mode : Mode.values()) {
      if (word == null ? json.flagOr(mode.field, false) : mode.word.equals(word)) {
        modes.add(mode);
      }
    }
    if (modes.isEmpty()) {
      throw new EmbedderException(
          json.name() + ": pooling_mode: expected at least one known mode, got " + word);
    }
    return new Pooling(width, List.copyOf(modes), json.flagOr("include_prompt", true));
  }

  /**
   * Returns the number of components of a pooled vector.
   *
   * @return {@code width} times the number of modes
   */
  public int dimension() {
    return Math.multiplyExact(width, modes.size());
  }

  /**
   * Pools one text.
   *
   * @param tokens row-major vectors of at least {@code first + count} tokens
   * @param first where the text's tokens start
   * @param count how many it has, at least 1
   * @param promptTokens how many of them are the prompt's
   * @return {@link #dimension()} components
   */
  public float[] pool(float[] tokens, int first, int count, int promptTokens) {
    float[] out = new float[dimension()];
    int skip = includePrompt ? 0 : Math.min(promptTokens, count);
    int at = 0;
    for (Mode mode : modes) {
      switch (mode) {
        case CLS -> System.arraycopy(tokens, first * width, out, at, width);
        case LAST -> {
          if (skip < count) {
            System.arraycopy(tokens, (first + count - 1) * width, out, at, width);
          }
        }
        case MAX -> max(tokens, first, count, skip, out, at);
        case MEAN -> sum(tokens, first, count, skip, out, at, count - skip, false);
        case MEAN_SQRT_LEN ->
            sum(tokens, first, count, skip, out, at, Math.sqrt(count - skip), false);
        case WEIGHTED_MEAN -> {
          double weights = ((double) count * (count + 1) - (double) skip * (skip + 1)) / 2;
          sum(tokens, first, count, skip, out, at, weights, true);
        }
      }
      at += width;
    }
    return out;
  }

  private void max(float[] tokens, int first, int count, int skip, float[] out, int at) {
    java.util.Arrays.fill(out, at, at + width, skip == 0 ? Float.NEGATIVE_INFINITY : -1e9f);
    for (int t = skip; t < count; t++) {
      int row = (first + t) * width;
      for (int i = 0; i < width; i++) {
        out[at + i] = Math.max(out[at + i], tokens[row + i]);
      }
    }
  }

  private void sum(
      float[] tokens,
      int first,
      int count,
      int skip,
      float[] out,
      int at,
      double divisor,
      boolean weighted) {
    for (int t = skip; t < count; t++) {
      int row = (first + t) * width;
      float weight = weighted ? t + 1 : 1;
      for (int i = 0; i < width; i++) {
        out[at + i] += weight * tokens[row + i];
      }
    }
    float scale = (float) (1 / Math.max(divisor, 1e-9));
    for (int i = 0; i < width; i++) {
      out[at + i] *= scale;
    }
  }
}
