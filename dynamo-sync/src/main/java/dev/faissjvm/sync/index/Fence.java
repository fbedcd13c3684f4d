package dev.faissjvm.sync.index;

/**
 * The number of a holder of the lease. It only grows: of two writers, the one with the smaller
 * fence has been replaced.
 *
 * @param number at least 1; 0 before the first holder
 */
public record Fence(long number) implements Comparable<Fence> {

  /** Before the first holder. */
  public static final Fence NONE = new Fence(0);

  /**
   * Checks the number.
   *
   * @param number at least 1; 0 before the first holder
   */
  public Fence {
    if (number < 0) {
      throw new IllegalArgumentException("fence: expected 0 or more, got " + number);
    }
  }

  @Override
  public int compareTo(Fence other) {
    return Long.compare(number, other.number);
  }
}
