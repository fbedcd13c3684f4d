package dev.faissjvm.sync.search;

import dev.faissjvm.sync.index.IndexFields;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/**
 * The words of a text as a query: any of them, each as often as it stands there. Of a text with
 * more than {@value #MAX_WORDS} different words these are the first.
 */
final class WordQuery {

  /** Lucene joins 1,024 at most, filters among them. */
  static final int MAX_WORDS = 900;

  private WordQuery() {}

  /** Returns the query; null for a text without a word that says something. */
  static @Nullable Query of(Analyzer analyzer, String text) throws IOException {
    Map<String, Integer> words = new LinkedHashMap<>();
    try (TokenStream tokens = analyzer.tokenStream(IndexFields.TEXT, text)) {
      CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        if (words.size() < MAX_WORDS || words.containsKey(word.toString())) {
          words.merge(word.toString(), 1, Integer::sum);
        }
      }
      tokens.end();
    }
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    words.forEach(
        (word, times) -> {
          Query one = new TermQuery(new Term(IndexFields.TEXT, word));
          any.add(times == 1 ? one : new BoostQuery(one, times), Occur.SHOULD);
        });
    return words.isEmpty() ? null : any.build();
  }
}
