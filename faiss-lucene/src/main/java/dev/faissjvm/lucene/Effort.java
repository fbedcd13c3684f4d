package dev.faissjvm.lucene;

import dev.faissjvm.faiss.IdFilter;
import dev.faissjvm.faiss.SearchOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of a segment's accelerator one search visits. Each segment has the effort that reached
 * the wanted recall when it was built; {@link FaissKnnQuery} overrides it.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param probes lists of an inverted file to visit ({@code nprobe}); eight times as many nodes of a
 *     graph ({@code efSearch}); at least 1
 * @param candidates vectors to compare again, exactly, when ten are wanted; at least 1
 */
public record Effort(int probes, int candidates) {
  /** Every vector is compared; accelerators are left out. */
  public static final Effort EXACT = new Effort(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** What calibration tries for {@link #probes}. */
  static final List<Integer> PROBES =
      List.of(1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512);

  /**
   * What calibration tries for {@link #candidates} in lists; the later ones if they may be cheaper.
   */
  static final List<List<Integer>> CANDIDATES =
      List.of(List.of(50, 100, 150, 200, 300, 400), List.of(800), List.of(1600));

  private static final int NODES_PER_PROBE = 8;
  private static final int MOST_NODES = 1 << 24;

  /**
   * Creates an effort.
   *
   * @param probes lists to visit, at least 1
   * @param candidates vectors to compare again, at least 1
   */
  public Effort {
    if (probes < 1 || candidates < 1) {
      throw new IllegalArgumentException(
          "effort: expected at least 1, got probes=" + probes + ", candidates=" + candidates);
    }
  }

  /** Enough nodes of a graph, and no more candidates than those. */
  static Effort ofGraph(int probes) {
    return new Effort(probes, Math.max(CANDIDATES.get(0).get(0), NODES_PER_PROBE * probes));
  }

  /**
   * What a search costs, about, in candidates when there are few: a list takes as long as a
   * hundredth of its vectors, and candidates cost more the more there are.
   */
  double cost(double vectorsPerList) {
    return probes * Math.max(2, vectorsPerList / 100) + candidates * (1 + candidates / 2000.0);
  }

  /** Candidates for {@code k} neighbours. */
  int candidatesFor(int k) {
    return (int) Math.max(candidates, Math.min(4L * k, MOST_NODES));
  }

  /** Candidates for each neighbour among many: fewer are enough than for the ten nearest. */
  int candidatesForEach() {
    return Math.max(2, candidates / 20);
  }

  /**
   * The effort where only some vectors are accepted: their nearest lie farther out, so more lists
   * are visited, by the fourth root of how few they are.
   */
  Effort among(int accepted, int total) {
    double share = Math.max(1, accepted) / (double) Math.max(1, total);
    return new Effort((int) Math.min(probes * Math.pow(share, -0.25), MOST_NODES), candidates);
  }

  /** More of everything, as far as numbers go. */
  Effort times(int factor, int wanted) {
    return new Effort((int) Math.min((long) probes * factor, Integer.MAX_VALUE), wanted);
  }

  SearchOptions options(@Nullable IdFilter filter, int wanted) {
    long nodes = Math.max((long) NODES_PER_PROBE * probes, wanted);
    SearchOptions.Builder builder =
        SearchOptions.builder().nprobe(probes).efSearch((int) Math.min(nodes, MOST_NODES));
    if (filter != null) {
      builder.filter(filter);
    }
    return builder.build();
  }
}
