package dev.faissjvm.embedder.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * One tensor of a weights file, still in the file: the bytes are mapped, not read.
 *
 * <p><b>Shape.</b> Row-major, little-endian; {@code bytes} has exactly the product of {@code shape}
 * times the size of {@code type}.
 *
 * <p><b>Ownership.</b> The mapping lives as long as {@code bytes} is reachable. Native code that
 * points into it must hold this object.
 *
 * @param name as in the file
 * @param type how a number is stored
 * @param shape sizes of the dimensions, outermost first
 * @param bytes the mapped region, direct
 */
public record Weight(String name, WeightType type, List<Integer> shape, ByteBuffer bytes) {

  /**
   * Returns the number of elements.
   *
   * @return the product of the shape
   */
  public int count() {
    return bytes.capacity() / type.bytes();
  }

  /**
   * Copies the numbers to the heap, as float32.
   *
   * @return {@link #count()} numbers
   */
  public float[] toFloats() {
    float[] out = new float[count()];
    copy(0, out, 0, out.length);
    return out;
  }

  /**
   * Copies some of the numbers to the heap, as float32.
   *
   * @param first number
   * @param out where to
   * @param at its first place there
   * @param count how many
   */
  public void copy(int first, float[] out, int at, int count) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case F32 -> in.asFloatBuffer().get(first, out, at, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = fromHalf(in.getShort(2 * (first + i)));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          out[at + i] = Float.intBitsToFloat(in.getShort(2 * (first + i)) << 16);
        }
      }
    }
  }

  /** Half to single precision; Java has this built in only from 20 on. */
  static float fromHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >>> 10 & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int biased = exponent == 31 ? 255 : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | biased << 23 | fraction << 13);
  }
}
