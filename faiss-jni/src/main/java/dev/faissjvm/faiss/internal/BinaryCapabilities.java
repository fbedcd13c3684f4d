package dev.faissjvm.faiss.internal;

import dev.faissjvm.faiss.IndexDescription;
import dev.faissjvm.faiss.Operation;
import org.jspecify.annotations.Nullable;

/** What each binary kind of Faiss 1.12.0 can do; {@link Capabilities} has the others. */
final class BinaryCapabilities {
  private static final String WRAP = "wrap it: IDMap2,<factory>";
  private static final String OWN_IDS =
      "the map and the lists come apart; BIVF keeps ids itself: leave IDMap out";

  private BinaryCapabilities() {}

  static @Nullable String refusal(IndexDescription index, Operation operation) {
    switch (operation) {
      case UPSERT -> {
        String removal = refusal(index, Operation.REMOVE);
        return removal != null ? removal : refusal(index, Operation.ADD_WITH_IDS);
      }
      case SEARCH_AND_RECONSTRUCT, ENCODE, COPY_SUBSET, LISTS -> {
        return "a BinaryIndex has no such method";
      }
      default -> {}
    }
    return switch (index.kind()) {
      case "IndexBinaryIDMap", "IndexBinaryIDMap2" -> idMap(index, operation);
      case "IndexBinaryFlat" ->
          switch (operation) {
            case ADD_WITH_IDS -> WRAP;
            case MERGE -> "flat bits have none; add the other's vectors, or use BIVF";
            default -> null;
          };
      case "IndexBinaryIVF" ->
          operation == Operation.FILTER ? "lists of bits take none; use IDMap2,BFlat" : null;
      case "IndexBinaryHash" -> hash(operation);
      case "IndexBinaryMultiHash" -> operation == Operation.ADD_WITH_IDS ? WRAP : hash(operation);
      default -> graph(operation);
    };
  }

  private static @Nullable String idMap(IndexDescription index, Operation operation) {
    IndexDescription inner = index.parts().get(0);
    boolean lists = inner.kind().equals("IndexBinaryIVF");
    return switch (operation) {
      case ADD -> "ids are part of it; use add(ids, vectors)";
      case ADD_WITH_IDS -> refusal(inner, Operation.ADD);
      case REMOVE, MERGE -> lists ? OWN_IDS : refusal(inner, operation);
      case RECONSTRUCT ->
          index.kind().equals("IndexBinaryIDMap")
              ? "IDMap cannot look an id up; use IDMap2"
              : refusal(inner, operation);
      default -> refusal(inner, operation);
    };
  }

  private static @Nullable String hash(Operation operation) {
    return switch (operation) {
      case REMOVE, RECONSTRUCT, MERGE, FILTER -> "hash tables have none; use IDMap2,BFlat or BIVF";
      default -> null;
    };
  }

  private static @Nullable String graph(Operation operation) {
    return switch (operation) {
      case ADD_WITH_IDS -> WRAP;
      case REMOVE -> "a graph has no removal; rebuild it, or filter at search";
      case RANGE_SEARCH -> "a graph of bits has none; use BFlat or BIVF";
      case MERGE -> "a graph cannot be merged; rebuild it";
      default -> null;
    };
  }
}
