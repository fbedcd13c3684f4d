package dev.faissjvm.sync.change;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong on the way between table and index, one kind for each thing a caller does next.
 *
 * <p>Failures of the local file system are {@link java.io.IOException}s, as the JDK throws them; a
 * caller's mistake is a JDK exception.
 */
public abstract sealed class SyncException extends RuntimeException
    permits TransientSyncException,
        MissingTableException,
        TableShapeException,
        AccessRefusedException,
        LeaseHeldException,
        FencedException,
        BadRowException,
        UnusableIndexException,
        CorruptSnapshotException,
        TableFailureException {

  private static final long serialVersionUID = 1L;

  SyncException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
