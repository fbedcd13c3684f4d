package dev.faissjvm.faiss;

/**
 * A failure that is neither the caller's mistake nor the file system's; one kind for each cause.
 */
public abstract sealed class FaissException extends RuntimeException
    permits NativeLibraryException, NativeFaissException, IndexFormatException {
  private static final long serialVersionUID = 1L;

  FaissException(String message, Throwable cause) {
    super(message, cause);
  }
}
