package dev.faissjvm.sync.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins two lists by what their scores say within the list: the best row of a list has 1, the
 * hundredth and all after it 0, and a row's score is the weighted sum. Ranks alone (reciprocal rank
 * fusion [1]) weigh the best answer to a question whose words stand nowhere as much as one that
 * repeats them; what they cost on the demo's questions is in the README. The norms do not depend on
 * how many hits are wanted, so pages follow one another.
 *
 * <p>[1] Cormack, Clarke, Buettcher: Reciprocal Rank Fusion outperforms Condorcet and individual
 * Rank Learning Methods, SIGIR 2009. [2] Bruch, Gai, Ingber: An Analysis of Fusion Functions for
 * Hybrid Retrieval, TOIS 2023, which finds the weighted sum of normalised scores the better one.
 */
public final class ScoreFusion {

  /** How many of each list take part at least; the last of them counts as nothing. */
  public static final int CANDIDATES = 100;

  private ScoreFusion() {}

  /**
   * A row of a list.
   *
   * @param key the row
   * @param score the greater, the better
   */
  public record Scored(String key, double score) {}

  /**
   * Joins two lists.
   *
   * @param near rows by meaning, best first
   * @param worded rows by words, best first
   * @param semanticWeight the weight of meaning against words, 0 to 1
   * @return every row of both, best first; of equal ones those of {@code near} first
   */
  public static List<Scored> fuse(List<Scored> near, List<Scored> worded, double semanticWeight) {
    Map<String, Double> scores = new LinkedHashMap<>();
    add(scores, near, semanticWeight);
    add(scores, worded, 1 - semanticWeight);
    List<Scored> fused = new ArrayList<>();
    scores.forEach((key, score) -> fused.add(new Scored(key, score)));
    fused.sort(Comparator.comparingDouble(Scored::score).reversed());
    return fused;
  }

  private static void add(Map<String, Double> scores, List<Scored> list, double weight) {
    if (list.isEmpty()) {
      return;
    }
    double most = list.get(0).score();
    double least = list.get(Math.min(list.size(), CANDIDATES) - 1).score();
    for (Scored row : list) {
      double share = most > least ? (row.score() - least) / (most - least) : 1;
      scores.merge(row.key(), weight * Math.max(0, share), Double::sum);
    }
  }
}
