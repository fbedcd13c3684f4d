package dev.faissjvm.sync.change;

import org.jspecify.annotations.Nullable;

/**
 * No credentials, or not allowed. Give the credentials, or the permission that the message names.
 */
public final class AccessRefusedException extends SyncException {

  private static final long serialVersionUID = 1L;

  /**
   * Tells what went wrong.
   *
   * @param message what was expected, what was found, and what to do
   * @param cause the failure underneath, or null
   */
  public AccessRefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
