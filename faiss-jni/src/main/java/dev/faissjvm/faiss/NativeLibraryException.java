package dev.faissjvm.faiss;

/** The native libraries cannot be used: absent, of another version, or not for this processor. */
public final class NativeLibraryException extends FaissException {
  private static final long serialVersionUID = 1L;

  /**
   * Made by this library only.
   *
   * @param message what was expected, what came, what to do
   * @param cause what failed underneath
   */
  public NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
