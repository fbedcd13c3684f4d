package dev.faissjvm.faiss.internal;

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

  /** Ids are the caller's, from 0: a negative one means "no neighbour" in every result. */
  public static void ids(long[] ids) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0) {
        throw new IllegalArgumentException(
            "ids: expected none below 0, got " + ids[i] + "; position=" + i);
      }
    }
  }
}
