package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Capabilities;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one index is, and therefore what it may be asked. That never changes: a change moves counts
 * and parameters alone.
 *
 * @param description the index as it was made
 * @param readOnly why it cannot be changed, or null
 */
record IndexKind(IndexDescription description, @Nullable String readOnly) {
  private static final Set<Operation> CHANGES =
      EnumSet.of(
          Operation.ADD,
          Operation.ADD_WITH_IDS,
          Operation.REMOVE,
          Operation.RESET,
          Operation.MERGE,
          Operation.UPSERT);

  @Nullable String refusal(Operation operation, long count) {
    if (readOnly != null && CHANGES.contains(operation)) {
      return readOnly;
    }
    return Capabilities.refusal(description, operation, count);
  }

  void require(Operation operation, long count) {
    String reason = refusal(operation, count);
    if (reason != null) {
      throw refused(operation.name().toLowerCase(Locale.ROOT), reason);
    }
  }

  /**
   * Refuses a call that takes an operation of another name.
   *
   * @param call what was called
   */
  void require(String call, Operation operation, long count) {
    String reason = refusal(operation, count);
    if (reason != null) {
      throw refused(call, reason);
    }
  }

  private UnsupportedOperationException refused(String call, String reason) {
    return new UnsupportedOperationException(
        call + ": " + reason + "; kind=" + description.chain());
  }

  /** Whether a vector keeps its id when others go, or ids are positions. */
  boolean keepsIds() {
    return Capabilities.refusal(description, Operation.ADD_WITH_IDS, 0) == null;
  }

  void requireWritable(String name) {
    if (readOnly != null) {
      throw new UnsupportedOperationException(name + ": " + readOnly);
    }
  }
}
