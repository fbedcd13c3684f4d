package dev.faissjvm.faiss;

import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The first id past every one that is there, for vectors that come without: looked up once, then
 * carried along. A removal leaves it where it is, since ids are not used again, except where they
 * are positions. Guarded by the index's handle.
 */
final class NextId {
  private static final long UNKNOWN = -1;

  private final IndexKind kind;
  private final LongSupplier lookUp;
  private long next = UNKNOWN;

  NextId(IndexKind kind, LongSupplier lookUp) {
    this.kind = kind;
    this.lookUp = lookUp;
  }

  long get() {
    if (next == UNKNOWN) {
      next = lookUp.getAsLong();
    }
    return next;
  }

  void forget() {
    next = UNKNOWN;
  }

  /** Some go, or will go. */
  void removing() {
    if (!kind.keepsIds()) {
      forget();
    }
  }

  /**
   * Adds so many vectors.
   *
   * @param adding is given the first one's id
   */
  void numbering(int n, LongConsumer adding) {
    long first = roomFor(n, get());
    forget(); // in case it fails
    adding.accept(first);
    next = first + n;
  }

  /** Adds vectors under ids of the caller's. */
  void given(long[] ids, Runnable adding) {
    long largest = Arrays.stream(ids).max().orElseThrow();
    long then =
        next == UNKNOWN || largest == Long.MAX_VALUE ? UNKNOWN : Math.max(next, largest + 1);
    forget();
    adding.run();
    next = then;
  }

  /** Returns the first of so many ids from there. */
  static long roomFor(int n, long first) {
    if (first > Long.MAX_VALUE - n) {
      throw new IllegalStateException("add: no ids are left past " + (first - 1));
    }
    return first;
  }
}
