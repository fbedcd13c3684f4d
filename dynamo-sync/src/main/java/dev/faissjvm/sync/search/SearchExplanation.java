package dev.faissjvm.sync.search;

import dev.faissjvm.sync.change.RowKey;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An answer beside the true one, which compares every vector that qualifies, on the same commit.
 *
 * <p><b>Recall.</b> The share of the true hits that the answer has; 1 where there are none. Where
 * scores are cosines a hit also counts that scores as well as the last true one, within {@value
 * #TIE}: which of several equal rows comes in at the end is chance. Words are never approximate, so
 * the recall of keyword search is 1.
 *
 * @param mode what makes a row an answer
 * @param answer the usual answer, from the first hit on
 * @param truth the true one, from the first hit on
 * @param recall 0 to 1
 * @param missed the true hits that the answer has not, best first, without those that are made up
 *     for by equal ones
 */
public record SearchExplanation(
    SearchMode mode,
    SearchResult answer,
    SearchResult truth,
    double recall,
    List<SearchHit> missed) {

  /** Cosines that differ by less are equal: the ways of adding up differ in the last bits. */
  public static final double TIE = 1e-6;

  /**
   * Copies the list.
   *
   * @param mode what makes a row an answer
   * @param answer the usual answer, from the first hit on
   * @param truth the true one, from the first hit on
   * @param recall 0 to 1
   * @param missed the true hits that the answer has not
   */
  public SearchExplanation {
    missed = List.copyOf(missed);
  }

  static SearchExplanation of(SearchMode mode, SearchResult answer, SearchResult truth) {
    List<SearchHit> expected = truth.hits();
    if (expected.isEmpty()) {
      return new SearchExplanation(mode, answer, truth, 1, List.of());
    }
    double last = expected.get(expected.size() - 1).score();
    Set<RowKey> found = new HashSet<>();
    answer.hits().forEach(hit -> found.add(hit.key()));
    List<SearchHit> missed = expected.stream().filter(hit -> !found.contains(hit.key())).toList();
    long equals =
        mode == SearchMode.SEMANTIC
            ? answer.hits().stream().filter(hit -> hit.score() >= last - TIE).count()
            : expected.size() - missed.size();
    long hits = Math.min(expected.size(), equals);
    return new SearchExplanation(
        mode,
        answer,
        truth,
        (double) hits / expected.size(),
        missed.subList(0, (int) Math.min(missed.size(), expected.size() - hits)));
  }
}
