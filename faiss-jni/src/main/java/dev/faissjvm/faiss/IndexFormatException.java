package dev.faissjvm.faiss;

/** The bytes are no index that can be read: damaged, foreign, or of a newer format. */
public final class IndexFormatException extends FaissException {
  private static final long serialVersionUID = 1L;

  /**
   * Made by this library only.
   *
   * @param message what was expected, what came, what to do
   * @param cause what failed underneath
   */
  public IndexFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
