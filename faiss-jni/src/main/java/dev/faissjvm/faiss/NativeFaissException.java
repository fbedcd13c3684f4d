package dev.faissjvm.faiss;

/** Faiss threw: the operation and Faiss's own text. After one from a change, close the index. */
public final class NativeFaissException extends FaissException {
  private static final long serialVersionUID = 1L;

  /**
   * Made by this library only.
   *
   * @param message what was expected, what came, what to do
   * @param cause what failed underneath
   */
  public NativeFaissException(String message, Throwable cause) {
    super(message, cause);
  }
}
