package dev.faissjvm.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot go on, for a reason that a person can act on. */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final ExitCode code;

  /**
   * Makes one.
   *
   * @param code the kind
   * @param message what was expected, what was found, what to do; one line
   */
  public CommandFailure(ExitCode code, String message) {
    this(code, message, null);
  }

  /**
   * Makes one with its cause.
   *
   * @param code the kind
   * @param message what was expected, what was found, what to do; one line
   * @param cause what led to it, for {@code --verbose}
   */
  public CommandFailure(ExitCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** {@return the kind} */
  public ExitCode code() {
    return code;
  }
}
