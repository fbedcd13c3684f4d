package dev.faissjvm.sync.change;

import org.jspecify.annotations.Nullable;

/** Another writer has taken over. Stop: nothing more of this run may be published. */
public final class FencedException extends SyncException {

  private static final long serialVersionUID = 1L;

  /**
   * Tells what went wrong.
   *
   * @param message what was expected, what was found, and what to do
   * @param cause the failure underneath, or null
   */
  public FencedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
