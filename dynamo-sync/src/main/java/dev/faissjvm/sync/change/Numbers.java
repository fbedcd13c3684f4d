package dev.faissjvm.sync.change;

import java.math.BigDecimal;

/** One form for each number: what is equal as a number is equal as a value and as text. */
public final class Numbers {

  /** DynamoDB's numbers have at most 38 digits; longer ones keep their exponent. */
  private static final int PLAIN_DIGITS = 40;

  private Numbers() {}

  /**
   * {@return the number without trailing zeros, and without an exponent where that is short}
   *
   * @param number any number
   */
  public static BigDecimal canonical(BigDecimal number) {
    if (number.signum() == 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal stripped = number.stripTrailingZeros();
    boolean whole = stripped.scale() < 0 && stripped.precision() - stripped.scale() <= PLAIN_DIGITS;
    return whole ? stripped.setScale(0) : stripped;
  }
}
