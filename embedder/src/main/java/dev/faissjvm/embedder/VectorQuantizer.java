package dev.faissjvm.embedder;

import java.util.Objects;

/**
 * Vectors to bytes, for stores where four bytes a component are too many. What comes out is what
 * sentence-transformers' {@code quantize_embeddings} gives, save that a component outside the
 * calibrated range is held at its end instead of wrapping round.
 *
 * <p><b>Shape.</b> {@link Kind#INT8} and {@link Kind#UINT8} give one byte a component; {@link
 * Kind#BINARY} and {@link Kind#UBINARY} one bit, eight to a byte, the first component in the
 * highest bit, the last byte filled with zeros.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * <pre>{@code
 * VectorQuantizer quantizer = VectorQuantizer.of(VectorQuantizer.Kind.INT8, sample);
 * byte[] bytes = quantizer.quantize(embedder.embed("bakery"));
 * }</pre>
 *
 * @see <a href="https://sbert.net/docs/package_reference/sentence_transformer/quantization.html">
 *     sentence-transformers, quantization</a>
 */
public final class VectorQuantizer {
  private static final int STEPS = 255;

  /** What comes out. */
  public enum Kind {
    /** A component's place in its range, -128 to 127. */
    INT8,
    /** A component's place in its range, 0 to 255. */
    UINT8,
    /** Whether a component is above 0, as bits; 128 is taken from each byte. */
    BINARY,
    /** Whether a component is above 0, as bits. */
    UBINARY
  }

  private final Kind kind;
  private final float[] starts;
  private final float[] steps;

  private VectorQuantizer(Kind kind, float[] starts, float[] steps) {
    this.kind = kind;
    this.starts = starts;
    this.steps = steps;
  }

  /**
   * Makes a quantizer.
   *
   * @param kind what shall come out
   * @param calibration vectors whose least and greatest components set the ranges; at least one,
   *     all of one length; their values do not matter for bits
   * @return the quantizer
   * @throws IllegalArgumentException if there is no vector, or their lengths differ
   */
  public static VectorQuantizer of(Kind kind, float[][] calibration) {
    Objects.requireNonNull(kind, "kind");
    if (calibration.length == 0) {
      throw new IllegalArgumentException("calibration: expected at least one vector, got none");
    }
    float[] least = calibration[0].clone();
    float[] greatest = calibration[0].clone();
    for (float[] vector : calibration) {
      check(vector, least.length);
      for (int i = 0; i < vector.length; i++) {
        least[i] = Math.min(least[i], vector[i]);
        greatest[i] = Math.max(greatest[i], vector[i]);
      }
    }
    float[] steps = new float[least.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (greatest[i] - least[i]) / STEPS;
    }
    return new VectorQuantizer(kind, least, steps);
  }

  /**
   * Quantizes one vector.
   *
   * @param vector as long as those of the calibration
   * @return as many bytes as the vector has components, or an eighth of that for bits
   * @throws IllegalArgumentException if it has another length
   */
  public byte[] quantize(float[] vector) {
    check(vector, starts.length);
    return kind == Kind.INT8 || kind == Kind.UINT8 ? bytes(vector) : bits(vector);
  }

  private byte[] bytes(float[] vector) {
    byte[] bytes = new byte[vector.length];
    for (int i = 0; i < bytes.length; i++) {
      float place = steps[i] == 0 ? 0 : (vector[i] - starts[i]) / steps[i];
      float held = Math.max(0, Math.min(STEPS, place));
      bytes[i] = (byte) (kind == Kind.INT8 ? (int) (held - 128) : (int) held);
    }
    return bytes;
  }

  private byte[] bits(float[] vector) {
    byte[] bytes = new byte[(vector.length + 7) / 8];
    for (int i = 0; i < vector.length; i++) {
      if (vector[i] > 0) {
        bytes[i >> 3] |= (byte) (0x80 >>> (i & 7));
      }
    }
    if (kind == Kind.BINARY) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ((bytes[i] & 0xff) - 128);
      }
    }
    return bytes;
  }

  private static void check(float[] vector, int dimension) {
    if (vector.length != dimension) {
      throw new IllegalArgumentException(
          "vector: expected " + dimension + " components, got " + vector.length);
    }
  }
}
