package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.search.SearchExplanation;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchResult;
import dev.faissjvm.sync.search.SearchWork;
import dev.faissjvm.sync.search.SegmentSearch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTableTest {

  private static SearchHit hit(int rank, String id, double score) {
    return new SearchHit(rank, RowKey.of("noun", id), score, Map.of("words", id), "", List.of());
  }

  private static SearchResult result(long compared, long micros, SearchHit... hits) {
    Duration took = Duration.ofNanos(micros * 1_000);
    SegmentSearch.Means means = new SegmentSearch.Means("IVF16,PQ96x4fs", 8, 120);
    SegmentSearch.Means own = compared == 9_000 ? SegmentSearch.Means.EXACT : means;
    SearchWork work =
        new SearchWork(
            took,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            List.of(new SegmentSearch("_4", 9_000, compared, own, took)));
    return new SearchResult(List.of(hits), 9_001, 12, Duration.ofMillis(4), work);
  }

  @Test
  void segmentsTimesRecallAndWhatIsMissing() {
    SearchResult truth = result(9_000, 21_000, hit(1, "a", 0.9), hit(2, "b", 0.8));
    SearchExplanation explanation =
        new SearchExplanation(
            SearchMode.SEMANTIC,
            result(120, 700, hit(1, "a", 0.9), hit(2, "c", 0.7)),
            truth,
            0.5,
            List.of(hit(2, "b", 0.8)));

    assertThat(ExplanationTable.lines(explanation, KeyNames.recipe(), 100))
        .containsExactly(
            "segment  rows  compared  chosen by       probes  ms",
            "_4       9000       120  IVF16,PQ96x4fs       8  0.70",
            "commit 12, 9001 documents; milliseconds: embedding 4.00, meaning 0.70, words 0.00,"
                + " reading hits 0.00; exact search 21.00",
            "recall 0.500: 1 of the 2 hits of an exact search are missing",
            "#  score  key     words",
            "2  0.800  noun/b  b");
  }
}
