package dev.faissjvm.faiss.internal;

import dev.faissjvm.faiss.IndexFormatException;
import dev.faissjvm.faiss.NativeFaissException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;

/** The one place where what native code throws becomes an exception of ours. */
public final class NativeCall {
  private NativeCall() {}

  /**
   * Returns what to throw instead of a failure of native code. A word of errors.h before a bar
   * names the kind; text without one is Faiss's own.
   */
  public static RuntimeException translate(String operation, RuntimeException failure) {
    if (failure.getClass() != RuntimeException.class) {
      return failure; // refused on our side already; JavaCPP throws no other class
    }
    String text = String.valueOf(failure.getMessage());
    int bar = text.indexOf('|');
    String kind = bar < 0 ? "" : text.substring(0, bar);
    String message = text.substring(bar + 1);
    return switch (kind) {
      case "argument" -> new IllegalArgumentException(message, failure);
      case "state" -> new IllegalStateException(message, failure);
      case "unsupported" -> new UnsupportedOperationException(message, failure);
      case "cancelled" -> (RuntimeException) new CancellationException(message).initCause(failure);
      case "format" -> new IndexFormatException(message, failure);
      case "io" -> new UncheckedIOException(message, new IOException(message, failure));
      default ->
          new NativeFaissException(
              operation + ": " + (text.equals("std::bad_alloc") ? "out of native memory" : text),
              failure);
    };
  }
}
