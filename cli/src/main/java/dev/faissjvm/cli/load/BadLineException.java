package dev.faissjvm.cli.load;

/**
 * A row of a file cannot be used; the rows after it can.
 *
 * <p>The message has the line, what was expected and what was found.
 */
public final class BadLineException extends Exception {

  private static final long serialVersionUID = 1;

  private final long line;

  /**
   * Makes one.
   *
   * @param line where the row stands, from 1
   * @param message what was expected and what was found, without the line
   */
  public BadLineException(long line, String message) {
    super(message + "; line=" + line);
    this.line = line;
  }

  /** {@return where the row stands, from 1} */
  public long line() {
    return line;
  }
}
