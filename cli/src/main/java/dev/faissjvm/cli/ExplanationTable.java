package dev.faissjvm.cli;

import dev.faissjvm.cli.console.TextTable;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.search.SearchExplanation;
import dev.faissjvm.sync.search.SearchResult;
import dev.faissjvm.sync.search.SearchWork;
import dev.faissjvm.sync.search.SegmentSearch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An explanation for people: the segments as a table, the times, the recall, what was missed. */
final class ExplanationTable {

  private ExplanationTable() {}

  /**
   * Lays an explanation out.
   *
   * @param explanation the explanation
   * @param keys the names of the key attributes
   * @param columns the width
   * @return lines
   */
  static List<String> lines(SearchExplanation explanation, KeyNames keys, int columns) {
    SearchResult answer = explanation.answer();
    SearchWork work = answer.work();
    List<String> lines = new ArrayList<>();
    TextTable table = new TextTable(3, "segment", "rows", "compared", "chosen by", "probes", "ms");
    for (SegmentSearch segment : work.segments()) {
      SegmentSearch.Means means = segment.means();
      table.add(
          segment.segment(),
          String.valueOf(segment.accepted()),
          String.valueOf(segment.compared()),
          means.isExact() ? "nothing: all of them" : means.accelerator(),
          means.isExact() ? "" : String.valueOf(means.probes()),
          millis(segment.took()));
    }
    if (!work.segments().isEmpty()) {
      lines.addAll(table.lines(columns));
    }
    lines.add(
        "commit "
            + answer.commit()
            + ", "
            + answer.indexedRows()
            + " documents; milliseconds: embedding "
            + millis(answer.embedding())
            + ", meaning "
            + millis(work.meaning())
            + ", words "
            + millis(work.words())
            + ", reading hits "
            + millis(work.hits())
            + "; exact search "
            + millis(explanation.truth().searching()));
    lines.add(
        String.format(
            Locale.ROOT,
            "recall %.3f: %d of the %d hits of an exact search are missing",
            explanation.recall(),
            explanation.missed().size(),
            explanation.truth().hits().size()));
    if (!explanation.missed().isEmpty()) {
      lines.addAll(HitTable.of(explanation.missed(), keys, List.of()).lines(columns));
    }
    return lines;
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.2f", time.toNanos() / 1e6);
  }
}
