package dev.faissjvm.cli;

import dev.faissjvm.faiss.FaissException;
import dev.faissjvm.faiss.IndexFormatException;
import dev.faissjvm.faiss.NativeLibraryException;
import dev.faissjvm.sync.change.AccessRefusedException;
import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.CorruptSnapshotException;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.MissingTableException;
import dev.faissjvm.sync.change.SyncException;
import dev.faissjvm.sync.change.TableFailureException;
import dev.faissjvm.sync.change.TableShapeException;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.change.UnusableIndexException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What went wrong, as an exit code and one line. The only place that knows all the kinds. */
final class Failures {

  private Failures() {}

  /** Returns the exit code of a failure. */
  static ExitCode code(Throwable failure) {
    if (failure instanceof CommandFailure known) {
      return known.code();
    }
    if (isDiskFull(failure)) {
      return ExitCode.NO_SPACE;
    }
    if (failure instanceof SyncException kind) {
      return code(kind);
    }
    if (failure instanceof OutOfMemoryError) {
      return ExitCode.NO_MEMORY;
    }
    if (failure instanceof LinkageError || failure instanceof NativeLibraryException) {
      return ExitCode.NO_LIBRARY;
    }
    if (failure instanceof IOException || failure instanceof IndexFormatException) {
      return ExitCode.BAD_INPUT;
    }
    return ExitCode.INTERNAL;
  }

  private static ExitCode code(SyncException failure) {
    if (failure instanceof MissingTableException) {
      return ExitCode.NO_TABLE;
    } else if (failure instanceof TableShapeException) {
      return ExitCode.WRONG_TABLE;
    } else if (failure instanceof AccessRefusedException) {
      return ExitCode.NO_CREDENTIALS;
    } else if (failure instanceof TransientSyncException) {
      return ExitCode.UNREACHABLE;
    } else if (failure instanceof TableFailureException) {
      return ExitCode.TABLE_FAILURE;
    } else if (failure instanceof LeaseHeldException || failure instanceof FencedException) {
      return ExitCode.BUSY;
    } else if (failure instanceof UnusableIndexException
        || failure instanceof CorruptSnapshotException) {
      return ExitCode.UNREADABLE_INDEX;
    } else if (failure instanceof BadRowException) {
      return ExitCode.PARKED;
    }
    return ExitCode.INTERNAL;
  }

  /** Returns a failure as one line that a person can act on. */
  static String line(Throwable failure) {
    String message = failure.getMessage();
    if (isDiskFull(failure)) {
      return "no space left on the disk: nothing is lost; make room and run the same command again";
    }
    if (failure instanceof OutOfMemoryError) {
      return "memory: expected more, got " + message + "; give it with FAISSJVM_OPTS=-Xmx4g";
    }
    if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
      return message + ": expected a file, got none";
    }
    if (failure instanceof AccessDeniedException) {
      return message + ": expected a file that may be read and written, got no permission";
    }
    if (failure instanceof NotDirectoryException) {
      return message + ": expected a folder, got a file";
    }
    if (failure instanceof FileSystemException || message == null || message.isBlank()) {
      return oneLine(failure.toString());
    }
    boolean known =
        failure instanceof CommandFailure
            || failure instanceof SyncException
            || failure instanceof FaissException
            || failure instanceof IOException;
    return oneLine(known ? message : failure.getClass().getSimpleName() + ": " + message);
  }

  /** Whether a write failed for want of space, however deep in the causes that is said. */
  private static boolean isDiskFull(@Nullable Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (t instanceof IOException && message != null) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("disk quota exceeded")) {
          return true;
        }
      }
    }
    return false;
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", "; ").strip();
  }
}
