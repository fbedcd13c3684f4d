package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.search.RowSearch;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;

/** Compares what two indexes of the same rows answer. */
final class SameAnswers {

  private static final double TOLERANCE = 1e-5;

  /** Rows of equal score have no order, and hybrid scores are made of ranks. */
  private static final double RANK_TOLERANCE = 1e-3;

  private SameAnswers() {}

  /** The same rows with the same scores, in the same order save among equals. */
  static void check(RowSearch one, RowSearch other, List<SearchRequest> requests)
      throws IOException {
    for (SearchRequest request : requests) {
      List<SearchHit> expected = one.search(request).hits();
      List<SearchHit> hits = other.search(request).hits();
      double tolerance = request.mode() == SearchMode.HYBRID ? RANK_TOLERANCE : TOLERANCE;
      String what = request.mode() + " " + request.filter() + " " + request.text();
      assertThat(hits).as(what).hasSameSizeAs(expected);
      Map<Object, SearchHit> byKey = new HashMap<>();
      expected.forEach(hit -> byKey.put(hit.key(), hit));
      double last = expected.isEmpty() ? 0 : expected.get(expected.size() - 1).score();
      for (int i = 0; i < hits.size(); i++) {
        SearchHit hit = hits.get(i);
        assertThat(hit.rank()).as(what).isEqualTo(expected.get(i).rank());
        assertThat(hit.score())
            .as("%s rank %d", what, hit.rank())
            .isCloseTo(expected.get(i).score(), Offset.offset(tolerance));
        SearchHit same = byKey.get(hit.key());
        if (same == null) {
          // A row beyond the cut may stand for one of the same score at the cut.
          assertThat(hit.score()).as(what + hit).isCloseTo(last, Offset.offset(tolerance));
        } else {
          assertThat(hit.fields()).as(what).isEqualTo(same.fields());
          assertThat(hit.score()).as(what).isCloseTo(same.score(), Offset.offset(tolerance));
        }
      }
    }
  }
}
