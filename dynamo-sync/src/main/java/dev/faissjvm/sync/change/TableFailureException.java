package dev.faissjvm.sync.change;

import org.jspecify.annotations.Nullable;

/**
 * The table answered with an error that will not pass by itself, and that no other kind describes.
 * Read the cause.
 */
public final class TableFailureException extends SyncException {

  private static final long serialVersionUID = 1L;

  /**
   * Tells what went wrong.
   *
   * @param message what was expected, what was found, and what to do
   * @param cause the failure underneath, or null
   */
  public TableFailureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
