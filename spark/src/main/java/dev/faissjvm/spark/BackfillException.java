package dev.faissjvm.spark;

import org.jspecify.annotations.Nullable;

/** A job that cannot go on, named for what the caller does next. */
public final class BackfillException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** What the caller does next. */
  public enum Kind {
    /** Give other settings, or another place for the job's work. */
    SETTINGS,
    /** Put the model on every machine. */
    MODEL,
    /** Make room on the machine that is named. */
    SPACE,
    /** Start the cluster, or name another. */
    CLUSTER,
    /** Look into the executors' logs. */
    EXECUTOR
  }

  private final Kind kind;

  /**
   * Says what is wrong.
   *
   * @param kind what the caller does next
   * @param message what was expected, what was found, what to do
   * @param cause what came before, or null
   */
  public BackfillException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** {@return what the caller does next} */
  public Kind kind() {
    return kind;
  }
}
