package dev.faissjvm.sync.change;

import org.jspecify.annotations.Nullable;

/**
 * The table's keys or sparse index are not what they were said to be. Name them as the table has
 * them.
 */
public final class TableShapeException extends SyncException {

  private static final long serialVersionUID = 1L;

  /**
   * Tells what went wrong.
   *
   * @param message what was expected, what was found, and what to do
   * @param cause the failure underneath, or null
   */
  public TableShapeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
