package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Capabilities;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one index is, and therefore what it may be asked. */
final class IndexKind {
  private static final String READ_ONLY = "a mapped index is read-only; read it instead";
  private static final Set<Operation> CHANGES =
      EnumSet.of(Operation.ADD, Operation.ADD_WITH_IDS, Operation.REMOVE, Operation.MERGE);

  private final boolean mapped;
  private volatile IndexDescription description;

  IndexKind(IndexDescription description, boolean mapped) {
    this.description = description;
    this.mapped = mapped;
  }

  IndexDescription description() {
    return description;
  }

  /** After a change. */
  void now(IndexDescription changed) {
    description = changed;
  }

  @Nullable String refusal(Operation operation) {
    if (mapped && CHANGES.contains(operation)) {
      return READ_ONLY;
    }
    return Capabilities.refusal(description, operation);
  }

  void require(Operation operation) {
    String reason = refusal(operation);
    if (reason != null) {
      throw new UnsupportedOperationException(
          operation.name().toLowerCase(Locale.ROOT)
              + ": "
              + reason
              + "; kind="
              + description.chain());
    }
  }

  void requireWritable(String name) {
    if (mapped) {
      throw new UnsupportedOperationException(name + ": " + READ_ONLY);
    }
  }
}
