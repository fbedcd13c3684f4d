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

  /** What calibration tries, the cheapest first. */
  static final List<Effort> LEVELS =
      List.of(
          new Effort(1, 50),
          new Effort(2, 50),
          new Effort(4, 50),
          new Effort(4, 80),
          new Effort(8, 80),
          new Effort(8, 120),
          new Effort(12, 100),
          new Effort(12, 150),
          new Effort(16, 120),
          new Effort(16, 200),
          new Effort(24, 200),
          new Effort(32, 200),
          new Effort(48, 300),
          new Effort(64, 400),
          new Effort(128, 800),
          new Effort(256, 1600));

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

  /** Candidates for {@code k} neighbours. */
  int candidatesFor(int k) {
    return (int) Math.max(candidates, Math.min(4L * k, MOST_NODES));
  }

  /** Candidates for each neighbour among many: fewer are enough than for the ten nearest. */
  int candidatesForEach() {
    return Math.max(2, candidates / 20);
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
