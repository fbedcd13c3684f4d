package dev.faissjvm.embedder;

import org.jspecify.annotations.Nullable;

/**
 * A model cannot be used: its folder is missing something, a file says what cannot be, or native
 * code failed on it. The message names the file and the field, what was expected and what was
 * found.
 */
public final class EmbedderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message file, field, expected, got
   */
  public EmbedderException(String message) {
    super(message);
  }

  /**
   * Creates an exception that another one led to.
   *
   * @param message file, field, expected, got
   * @param cause what was caught
   */
  public EmbedderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
