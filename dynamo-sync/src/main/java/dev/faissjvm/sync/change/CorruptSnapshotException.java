package dev.faissjvm.sync.change;

import org.jspecify.annotations.Nullable;

/** A published snapshot is damaged. Fall back to the one before, or rebuild. */
public final class CorruptSnapshotException extends SyncException {

  private static final long serialVersionUID = 1L;

  /**
   * Tells what went wrong.
   *
   * @param message what was expected, what was found, and what to do
   * @param cause the failure underneath, or null
   */
  public CorruptSnapshotException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
