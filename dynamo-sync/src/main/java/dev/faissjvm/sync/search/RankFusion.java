package dev.faissjvm.sync.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins two lists by weighted reciprocal rank fusion: a row's score is the sum over the lists of
 * {@code weight / (60 + rank)}, times two so that equal weights leave the usual values. [1]
 * Cormack, Clarke, Buettcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank
 * Learning Methods, SIGIR 2009.
 */
public final class RankFusion {

  /** How many of each list take part at least. */
  public static final int CANDIDATES = 100;

  private static final int FUSION = 60;

  private RankFusion() {}

  /**
   * A row of the joined list.
   *
   * @param key the row
   * @param score the sum of its weighted reciprocal ranks
   */
  public record Fused(String key, double score) {}

  /**
   * Joins two lists.
   *
   * @param near rows by meaning, best first
   * @param worded rows by words, best first
   * @param semanticWeight the weight of meaning against words, 0 to 1
   * @return every row of both, best first; of equal ones those of {@code near} first
   */
  public static List<Fused> fuse(List<String> near, List<String> worded, double semanticWeight) {
    Map<String, Double> scores = new LinkedHashMap<>();
    add(scores, near, semanticWeight);
    add(scores, worded, 1 - semanticWeight);
    List<Fused> fused = new ArrayList<>();
    scores.forEach((key, score) -> fused.add(new Fused(key, score)));
    fused.sort(Comparator.comparingDouble(Fused::score).reversed());
    return fused;
  }

  private static void add(Map<String, Double> scores, List<String> list, double weight) {
    for (int i = 0; i < list.size(); i++) {
      scores.merge(list.get(i), 2 * weight / (FUSION + i + 1), Double::sum);
    }
  }
}
