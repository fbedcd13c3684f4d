package dev.faissjvm.sync.search;

import dev.faissjvm.sync.index.IndexFields;
import java.io.IOException;
import java.text.BreakIterator;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.uhighlight.DefaultPassageFormatter;
import org.apache.lucene.search.uhighlight.UnifiedHighlighter;

/** Marks the words of a query in a text. */
public final class Highlights {

  private static final int MAX_PASSAGES = 3;
  private static final int MAX_CHARS = 100_000;
  private static final String SEPARATOR = "\u0000";

  private Highlights() {}

  /**
   * Returns the best sentences with the words in bold, the rest escaped; none without a match.
   *
   * @param query the words
   * @param text where they are looked for
   * @return the sentences, as {@link SearchHit#highlights} has them
   * @throws IOException never, of a text in memory
   */
  public static List<String> of(String query, String text) throws IOException {
    try (Analyzer analyzer = new EnglishAnalyzer()) {
      Query words = WordQuery.of(analyzer, query);
      if (words == null) {
        return List.of();
      }
      UnifiedHighlighter highlighter =
          UnifiedHighlighter.builderWithoutSearcher(analyzer)
              .withFormatter(new DefaultPassageFormatter("<b>", "</b>", SEPARATOR, true))
              .withBreakIterator(() -> BreakIterator.getSentenceInstance(Locale.ROOT))
              .withMaxLength(MAX_CHARS)
              .withMaxNoHighlightPassages(0)
              .build();
      Object marked =
          highlighter.highlightWithoutSearcher(IndexFields.TEXT, words, text, MAX_PASSAGES);
      return marked == null ? List.of() : List.of(marked.toString().strip().split(SEPARATOR, -1));
    }
  }
}
