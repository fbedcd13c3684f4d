package dev.faissjvm.sync.publish;

import java.time.Duration;

/**
 * Which snapshots are kept: the newest, and beside them every one that is young enough.
 *
 * @param count how many of the newest are kept whatever their age, 2 to 10,000: a reader that finds
 *     the newest broken falls back to the one before
 * @param age how old a snapshot may be at least before it is deleted; longer than any reader takes
 *     to fetch one
 */
public record Retention(int count, Duration age) {

  /**
   * Checks the bounds.
   *
   * @param count how many of the newest are kept whatever their age
   * @param age how old a snapshot may be at least before it is deleted
   */
  public Retention {
    if (count < 2 || count > 10_000 || age.isNegative()) {
      throw new IllegalArgumentException(
          "retention: expected 2 to 10000 snapshots and an age, got count="
              + count
              + ", age="
              + age);
    }
  }

  /** {@return the three newest, and every one of the last hour} */
  public static Retention standard() {
    return new Retention(3, Duration.ofHours(1));
  }
}
