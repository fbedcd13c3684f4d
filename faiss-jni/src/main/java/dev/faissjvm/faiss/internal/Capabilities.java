package dev.faissjvm.faiss.internal;

import static dev.faissjvm.faiss.Operation.ADD;
import static dev.faissjvm.faiss.Operation.ADD_WITH_IDS;
import static dev.faissjvm.faiss.Operation.COPY;
import static dev.faissjvm.faiss.Operation.ENCODE;
import static dev.faissjvm.faiss.Operation.FILTER;
import static dev.faissjvm.faiss.Operation.LISTS;
import static dev.faissjvm.faiss.Operation.MERGE;
import static dev.faissjvm.faiss.Operation.RANGE_SEARCH;
import static dev.faissjvm.faiss.Operation.RECONSTRUCT;
import static dev.faissjvm.faiss.Operation.REMOVE;
import static dev.faissjvm.faiss.Operation.RESET;
import static dev.faissjvm.faiss.Operation.SEARCH;

import dev.faissjvm.faiss.IndexDescription;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.Operation;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each kind of index of Faiss 1.12.0 can do. Where Faiss would throw, crash or answer wrongly,
 * the operation is refused with the reason and with what to use instead.
 */
public final class Capabilities {
  private static final String GRAPH_CODEC =
      "a graph is no codec; use what stores its vectors, SQ8 say";
  private static final String WRAP = "wrap it: IDMap2,<factory>";

  /** Kinds that Faiss reads for one use, and what to take for the others. */
  private static final Map<String, OneUse> ONE_USE =
      Map.of(
          "IndexRowwiseMinMax", OneUse.CODEC,
          "IndexRowwiseMinMaxFP16", OneUse.CODEC,
          "IndexIVFIndependentQuantizer",
              new OneUse(
                  Set.of(SEARCH, RESET), "a quantizer of its own is searched alone; use IVF"),
          "IndexIVFFlatDedup",
              new OneUse(
                  Set.of(SEARCH, ADD, ADD_WITH_IDS, RESET, LISTS),
                  "equal vectors share an entry; use IVF,Flat"),
          "Index2Layer",
              new OneUse(
                  Set.of(ADD, RESET, RECONSTRUCT, ENCODE),
                  "it stores vectors for a graph; use IVF,PQ"),
          "MultiIndexQuantizer", OneUse.QUANTIZER,
          "ResidualCoarseQuantizer", OneUse.QUANTIZER);

  private record OneUse(Set<Operation> can, String otherwise) {
    static final OneUse CODEC =
        new OneUse(Set.of(ENCODE), "it is a codec alone: encode and decode; use SQ8");
    static final OneUse QUANTIZER =
        new OneUse(Set.of(SEARCH, RECONSTRUCT), "it is a quantizer of an IVF index; use Flat");
  }

  private Capabilities() {}

  /** Returns why the index, of so many vectors, cannot do it, or null if it can. */
  public static @Nullable String refusal(IndexDescription index, Operation operation, long count) {
    String kind = index.kind();
    if (kind.startsWith("IndexBinary")) {
      return BinaryCapabilities.refusal(index, operation);
    }
    switch (operation) {
      case UPSERT -> {
        String removal = refusal(index, REMOVE, count);
        return removal != null ? removal : refusal(index, ADD_WITH_IDS, count);
      }
      case ASSIGN -> {
        return refusal(index, SEARCH, count);
      }
      case SEARCH_AND_RECONSTRUCT -> {
        String search = refusal(index, SEARCH, count);
        return search != null ? search : refusal(index, RECONSTRUCT, count);
      }
      default -> {}
    }
    OneUse use = ONE_USE.get(kind);
    if (use != null) {
      return use.can().contains(operation) ? null : use.otherwise();
    }
    switch (operation) {
      case LISTS -> {
        String leaf = leaf(index).kind();
        return leaf.startsWith("IndexIVF") && !ONE_USE.containsKey(leaf)
            ? null
            : "only an IVF index has lists; use IVF,Flat";
      }
      case COPY_SUBSET -> {
        return copySubset(leaf(index).kind());
      }
      default -> {}
    }
    if (kind.startsWith("IndexIDMap")) {
      return idMap(index, operation, count);
    }
    if (kind.equals("IndexPreTransform")) {
      return preTransform(index, operation, count);
    }
    if (kind.startsWith("IndexRefine")) {
      return refine(index, operation, count);
    }
    if (kind.startsWith("IndexIVF")) {
      return kind.contains("FastScan") ? ivfFastScan(kind, operation) : ivf(kind, operation);
    }
    if (kind.startsWith("IndexHNSW")) {
      return switch (operation) {
        case ADD_WITH_IDS -> WRAP;
        case REMOVE -> "a graph has no removal; rebuild it, or filter at search";
        case MERGE -> "a graph cannot be merged; rebuild it";
        case ENCODE -> GRAPH_CODEC;
        case FILTER ->
            kind.equals("IndexHNSW2Level") ? "two-level storage has none; use HNSW32,PQ" : null;
        default -> null;
      };
    }
    if (kind.startsWith("IndexNSG") || kind.startsWith("IndexNNDescent")) {
      return switch (operation) {
        case ADD ->
            count > 0 ? "this graph is built by one add; reset() and add everything at once" : null;
        case SEARCH, RESET, RECONSTRUCT, COPY -> null;
        default -> "this graph has none; use HNSW";
      };
    }
    return flat(index, operation);
  }

  private static @Nullable String copySubset(String kind) {
    if (!kind.startsWith("IndexIVF")) {
      return "only an IVF index gives away some of its vectors; use copy() and remove";
    }
    return kind.contains("FastScan") || kind.equals("IndexIVFPQR") || ONE_USE.containsKey(kind)
        ? "this code is not kept vector by vector; use copy() and remove"
        : null;
  }

  private static IndexDescription inner(IndexDescription index) {
    return index.parts().get(0);
  }

  private static @Nullable String idMap(IndexDescription index, Operation operation, long count) {
    IndexDescription inner = inner(index);
    return switch (operation) {
      case ADD -> "ids are part of it; use add(ids, vectors)";
      case ENCODE -> "an id map is no codec; use what is inside it";
      case ADD_WITH_IDS -> refusal(inner, ADD, count);
      case RECONSTRUCT ->
          index.kind().equals("IndexIDMap2")
              ? refusal(inner, operation, count)
              : "IDMap cannot look an id up; use IDMap2";
      case REMOVE, MERGE ->
          leaf(inner).kind().startsWith("IndexIVF")
              ? "the map and the lists come apart; IVF keeps ids itself: leave IDMap out"
              : refusal(inner, operation, count);
      default -> refusal(inner, operation, count);
    };
  }

  /** Returns the index behind all pre-transforms. */
  public static IndexDescription leaf(IndexDescription index) {
    return index.kind().equals("IndexPreTransform") ? leaf(inner(index)) : index;
  }

  private static @Nullable String preTransform(
      IndexDescription index, Operation operation, long count) {
    String transforms = index.parameters().getOrDefault("transform", "");
    if ((operation == RECONSTRUCT || operation == ENCODE) && transforms.contains("ITQ")) {
      return "ITQ cannot be turned back; use PCA or OPQ";
    }
    boolean noCopy = transforms.contains("Normalization") || transforms.contains("ITQ");
    return operation == COPY && noCopy
        ? "a chain with " + transforms + " cannot be copied; write and read it"
        : refusal(inner(index), operation, count);
  }

  private static @Nullable String refine(IndexDescription index, Operation operation, long count) {
    return switch (operation) {
      case ADD_WITH_IDS -> WRAP;
      case REMOVE, MERGE -> "a refining index has none; rebuild it, or use IVF alone";
      case SEARCH, RANGE_SEARCH, FILTER, COPY -> refusal(inner(index), operation, count);
      case ENCODE -> {
        String base = refusal(inner(index), operation, count);
        yield base != null ? base : refusal(index.parts().get(1), operation, count);
      }
      default -> null;
    };
  }

  private static @Nullable String ivf(String kind, Operation operation) {
    boolean spectral = kind.equals("IndexIVFSpectralHash");
    boolean additive = kind.contains("Residual") || kind.contains("LocalSearch");
    return switch (operation) {
      case ADD_WITH_IDS, REMOVE ->
          kind.equals("IndexIVFPQR") ? "IVFPQR would write past its codes; use IVF,PQ,RFlat" : null;
      case FILTER ->
          spectral || additive || kind.equals("IndexIVFPQR")
              ? "this code has no filter; use IVF with Flat, SQ or PQ"
              : null;
      case ENCODE -> spectral ? "spectral hashing keeps no vectors; use IVF,SQ8" : null;
      case RECONSTRUCT -> spectral ? "spectral hashing keeps no vectors; use IVF,SQ8" : null;
      case COPY ->
          // A copied spectral hash would share its transform, and both would free it.
          kind.equals("IndexIVFRaBitQ") || spectral
              ? "it cannot be copied; write and read it"
              : null;
      default -> null;
    };
  }

  private static @Nullable String ivfFastScan(String kind, Operation operation) {
    return switch (operation) {
      case RECONSTRUCT, ENCODE -> "fast-scan codes cannot be taken out; use IVF,PQ";
      case RANGE_SEARCH -> "a radius past 16 bits of its distances wraps around; use IVF,PQ";
      case FILTER ->
          kind.equals("IndexIVFPQFastScan")
              ? null
              : "this fast-scan code has no filter; use PQ..x4fs";
      default -> null;
    };
  }

  private static @Nullable String flat(IndexDescription index, Operation operation) {
    String kind = index.kind();
    boolean fastScan = kind.contains("FastScan");
    boolean oddMetric = index.metric() != Metric.L2 && index.metric() != Metric.INNER_PRODUCT;
    return switch (operation) {
      case ADD_WITH_IDS -> WRAP;
      case RANGE_SEARCH ->
          fastScan || kind.equals("IndexLSH") || oddMetric
              ? "this kind cannot; use Flat or IVF under L2 or INNER_PRODUCT"
              : null;
      case FILTER ->
          filtersNot(kind) || oddMetric ? "this kind cannot; use Flat, SQ8 or IVF" : null;
      case COPY -> kind.equals("IndexRaBitQ") ? "it cannot be copied; write and read it" : null;
      default -> null;
    };
  }

  private static boolean filtersNot(String kind) {
    return kind.contains("FastScan")
        || kind.equals("IndexLSH")
        || kind.equals("IndexPQ")
        || kind.contains("Residual")
        || kind.contains("LocalSearch");
  }
}
