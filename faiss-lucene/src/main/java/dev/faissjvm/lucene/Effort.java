package dev.faissjvm.lucene;

import dev.faissjvm.faiss.IdFilter;
import dev.faissjvm.faiss.SearchOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of an accelerator one search visits.
 *
 * @param probes lists of an inverted file; eight times as many nodes of a graph
 * @param candidates neighbours to compare again, exactly, for ten
 */
record Effort(int probes, int candidates) {
  /** What calibration tries, the cheapest first. */
  static final List<Effort> LEVELS =
      List.of(
          new Effort(2, 50),
          new Effort(4, 50),
          new Effort(8, 100),
          new Effort(16, 100),
          new Effort(16, 200),
          new Effort(32, 200),
          new Effort(64, 400),
          new Effort(128, 800),
          new Effort(256, 1600));

  /** Candidates for {@code k} neighbours. */
  int candidatesFor(int k) {
    return (int) Math.max(candidates, Math.min(4L * k, 1 << 24));
  }

  /** Candidates for each neighbour among many: fewer are enough than for the ten nearest. */
  int candidatesForEach() {
    return Math.max(2, candidates / 20);
  }

  SearchOptions options(@Nullable IdFilter filter, int wanted) {
    SearchOptions.Builder builder =
        SearchOptions.builder().nprobe(probes).efSearch(Math.max(8 * probes, wanted));
    if (filter != null) {
      builder.filter(filter);
    }
    return builder.build();
  }
}
