package dev.faissjvm.sync.change;

import org.jspecify.annotations.Nullable;

/** Something that passes: throttling, a time-out, a connection lost. Run the same batch again. */
public final class TransientSyncException extends SyncException {

  private static final long serialVersionUID = 1L;

  /**
   * Tells what went wrong.
   *
   * @param message what was expected, what was found, and what to do
   * @param cause the failure underneath, or null
   */
  public TransientSyncException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
