package dev.faissjvm.faiss.internal;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/** What is refused before the native call. */
public final class Checks {
  private static final int MAX_DIMENSION = 1 << 20;

  private Checks() {}

  public static int dimension(int dimension) {
    return (int) atLeast("dimension", 1, atMost("dimension", MAX_DIMENSION, dimension));
  }

  /** Returns how many rows of {@code dimension} floats there are. */
  public static int rows(String name, int length, int dimension) {
    if (length == 0 || length % dimension != 0) {
      throw new IllegalArgumentException(
          name
              + ": expected a positive multiple of dimension floats, got "
              + length
              + "; dimension="
              + dimension);
    }
    return length / dimension;
  }

  /** Bits of a vector: whole bytes. */
  public static int bits(int dimension) {
    if (dimension % 8 != 0) {
      throw new IllegalArgumentException(
          "dimension: expected a multiple of 8 bits, got " + dimension);
    }
    return (int) atLeast("dimension", 8, dimension(dimension));
  }

  /** Returns how many rows of {@code dimension} bits there are. */
  public static int bitRows(String name, int lengthBytes, int dimension) {
    if (lengthBytes == 0 || lengthBytes % (dimension / 8) != 0) {
      throw new IllegalArgumentException(
          name
              + ": expected a positive multiple of dimension / 8 bytes, got "
              + lengthBytes
              + "; dimension="
              + dimension);
    }
    return lengthBytes / (dimension / 8);
  }

  public static void length(String name, long expected, long length) {
    if (length != expected) {
      throw new IllegalArgumentException(
          name + ": expected length " + expected + ", got " + length);
    }
  }

  public static void roomFor(String name, long needed, long length) {
    if (length < needed) {
      throw new IllegalArgumentException(
          name + ": expected room for " + needed + ", got " + length);
    }
  }

  /** Returns {@code rows * width} where it fits an array. */
  public static int product(String name, long rows, long width) {
    long product = Math.multiplyExact(rows, width);
    if (product > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          name
              + ": expected at most "
              + (Integer.MAX_VALUE - 8)
              + " values in all, got "
              + product
              + "; ask in parts");
    }
    return (int) product;
  }

  public static long atLeast(String name, long least, long value) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": expected at least " + least + ", got " + value);
    }
    return value;
  }

  public static long atMost(String name, long most, long value) {
    if (value > most) {
      throw new IllegalArgumentException(name + ": expected at most " + most + ", got " + value);
    }
    return value;
  }

  /** Whether native code can read the buffer where it is. */
  public static boolean isNative(FloatBuffer buffer) {
    return buffer.isDirect() && buffer.order().equals(ByteOrder.nativeOrder());
  }

  /** Whether native code can write into the buffer where it is. */
  public static boolean isResult(FloatBuffer buffer) {
    return isNative(buffer) && !buffer.isReadOnly();
  }

  /** Whether native code can write into the buffer where it is. */
  public static boolean isResult(LongBuffer buffer) {
    return buffer.isDirect()
        && buffer.order().equals(ByteOrder.nativeOrder())
        && !buffer.isReadOnly();
  }

  public static void buffers(boolean fit) {
    if (!fit) {
      throw new IllegalArgumentException(
          "buffers: expected direct ones in native byte order, the results writable; use arrays"
              + " otherwise");
    }
  }

  /** OpenMP threads of a call. */
  public static int threads(int threads) {
    return (int) atLeast("threads", 1, atMost("threads", 1024, threads));
  }

  /** Ids are the caller's, from 0: a negative one means "no neighbour" in every result. */
  public static void ids(long[] ids) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        throw new IllegalArgumentException(
            "ids: expected none below 0, got " + ids[i] + "; position=" + i);
      }
    }
  }

  /** What replaces is given once. */
  public static void distinct(long[] ids) {
    long[] sorted = ids.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw new IllegalArgumentException("ids: expected each once, got " + sorted[i] + " twice");
      }
    }
  }
}
