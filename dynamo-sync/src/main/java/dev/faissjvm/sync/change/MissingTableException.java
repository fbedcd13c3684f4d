package dev.faissjvm.sync.change;

import org.jspecify.annotations.Nullable;

/** The table is not there. Create it, or name the right one, region and endpoint. */
public final class MissingTableException extends SyncException {

  private static final long serialVersionUID = 1L;

  /**
   * Tells what went wrong.
   *
   * @param message what was expected, what was found, and what to do
   * @param cause the failure underneath, or null
   */
  public MissingTableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
