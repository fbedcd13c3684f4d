package dev.faissjvm.sync.change;

import org.jspecify.annotations.Nullable;

/**
 * The index folder cannot be used: not readable, damaged, of another model or of a newer format. Do
 * what the message says.
 */
public final class UnusableIndexException extends SyncException {

  private static final long serialVersionUID = 1L;

  /**
   * Tells what went wrong.
   *
   * @param message what was expected, what was found, and what to do
   * @param cause the failure underneath, or null
   */
  public UnusableIndexException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
