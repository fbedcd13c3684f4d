package dev.faissjvm.sync.search;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.index.IndexFields;
import dev.faissjvm.sync.index.IndexView;
import dev.faissjvm.sync.search.ScoreFusion.Scored;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** One request on one commit. */
final class IndexQuery {

  private final IndexSearcher searcher;
  private final SearchRequest request;
  private final @Nullable Query filter;
  private Duration meaning = Duration.ZERO;
  private Duration words = Duration.ZERO;
  private Duration reading = Duration.ZERO;
  private List<SegmentSearch> segments = List.of();

  IndexQuery(IndexView view, SearchRequest request) {
    this.searcher = view.searcher();
    this.request = request;
    this.filter = filter(view, request);
  }

  /** A row among the candidates: its best document. */
  private record Candidate(int document, double score) {}

  List<SearchHit> search(float @Nullable [] vector) throws IOException {
    try {
      return searchJoined(vector);
    } catch (IndexSearcher.TooManyClauses e) {
      throw new IllegalArgumentException(
          "filter: expected at most "
              + IndexSearcher.getMaxClauseCount()
              + " conditions and words together, got more",
          e);
    }
  }

  private List<SearchHit> searchJoined(float @Nullable [] vector) throws IOException {
    int wanted = request.k() + request.offset();
    List<Candidate> found =
        switch (request.mode()) {
          case SEMANTIC -> semantic(vector, wanted);
          case KEYWORD -> keyword(wanted);
          case HYBRID -> fused(vector, wanted);
        };
    long started = System.nanoTime();
    List<SearchHit> hits = hits(found);
    reading = since(started);
    return hits;
  }

  /** What {@link #search} did; the rest is the caller's. */
  SearchWork work(Duration live) {
    return new SearchWork(meaning, words, reading, live, segments);
  }

  private static Duration since(long startedNanos) {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  private List<Candidate> fused(float @Nullable [] vector, int wanted) throws IOException {
    int each = Math.max(wanted, ScoreFusion.CANDIDATES);
    Map<String, Integer> documents = new HashMap<>();
    List<Scored> near = scored(semantic(vector, each), documents);
    List<Scored> worded = scored(keyword(each), documents);
    List<Candidate> fused = new ArrayList<>();
    for (Scored row : ScoreFusion.fuse(near, worded, request.semanticWeight())) {
      if (fused.size() < wanted) {
        fused.add(new Candidate(documents.getOrDefault(row.key(), 0), row.score()));
      }
    }
    return fused;
  }

  /** Rows by their keys; where a row has a document already, that one stays. */
  private List<Scored> scored(List<Candidate> rows, Map<String, Integer> documents)
      throws IOException {
    List<Scored> scored = new ArrayList<>(rows.size());
    for (Candidate row : rows) {
      String key = key(row.document());
      scored.add(new Scored(key, row.score()));
      documents.putIfAbsent(key, row.document());
    }
    return scored;
  }

  private List<Candidate> semantic(float @Nullable [] vector, int wanted) throws IOException {
    if (vector == null) {
      throw new IllegalArgumentException("request: expected a text, vector or row, got none");
    }
    long started = System.nanoTime();
    List<Candidate> nearest =
        request.exact()
            ? perRow(wanted, limit -> scanned(vector, limit), score -> score)
            : perRow(wanted, limit -> nearest(vector, limit), score -> 2.0 * score - 1);
    meaning = since(started);
    return nearest;
  }

  private ScoreDoc[] scanned(float[] vector, int limit) throws IOException {
    ExactScan scan = new ExactScan(searcher, vector, limit);
    ScoreDoc[] found = scan.search(filter);
    segments = scan.segments();
    return found;
  }

  private ScoreDoc[] nearest(float[] vector, int limit) throws IOException {
    NearestQuery query = new NearestQuery(vector, limit, filter);
    ScoreDoc[] found = searcher.search(query, limit).scoreDocs;
    segments = query.segments();
    return found;
  }

  private List<Candidate> keyword(int wanted) throws IOException {
    long started = System.nanoTime();
    List<Candidate> best = bestWords(wanted);
    words = since(started);
    return best;
  }

  private List<Candidate> bestWords(int wanted) throws IOException {
    String text = request.text();
    try (Analyzer analyzer = new EnglishAnalyzer()) {
      Query any = text == null ? null : WordQuery.of(analyzer, text);
      if (any == null) {
        return List.of();
      }
      BooleanQuery.Builder query = new BooleanQuery.Builder().add(any, Occur.MUST);
      if (filter != null) {
        query.add(filter, Occur.FILTER);
      }
      Query whole = query.build();
      return perRow(wanted, limit -> searcher.search(whole, limit).scoreDocs, score -> score);
    }
  }

  /** Searches until there are enough different rows, each by its best passage. */
  private List<Candidate> perRow(int wanted, Documents search, ScoreOfLucene score)
      throws IOException {
    int documents = Math.max(1, searcher.getIndexReader().maxDoc());
    int limit = Math.min(documents, wanted + (request.like() == null ? 0 : 1));
    while (true) {
      ScoreDoc[] found = search.best(limit);
      Map<String, Candidate> rows = new LinkedHashMap<>();
      for (ScoreDoc document : found) {
        rows.putIfAbsent(key(document.doc), new Candidate(document.doc, score.of(document.score)));
      }
      RowKey like = request.like();
      if (like != null) {
        like.readings().forEach(key -> rows.remove(key.encoded()));
      }
      if (rows.size() >= wanted || found.length < limit || limit == documents) {
        List<Candidate> best = new ArrayList<>(rows.values());
        return best.subList(0, Math.min(wanted, best.size()));
      }
      limit = (int) Math.min(documents, 2L * limit);
    }
  }

  private String key(int document) throws IOException {
    return IndexFields.key(searcher.getIndexReader(), document);
  }

  private List<SearchHit> hits(List<Candidate> candidates) throws IOException {
    List<SearchHit> hits = new ArrayList<>();
    Double least = request.minScore();
    for (int i = 0; i < candidates.size(); i++) {
      Candidate candidate = candidates.get(i);
      if (i < request.offset() || (least != null && candidate.score() < least)) {
        continue;
      }
      StoredRows.Stored row = StoredRows.read(searcher, candidate.document());
      String text = request.text();
      List<String> marked =
          text != null && request.highlights() ? Highlights.of(text, row.text()) : List.of();
      hits.add(
          new SearchHit(i + 1, row.key(), candidate.score(), row.fields(), row.passage(), marked));
    }
    return hits;
  }

  private static @Nullable Query filter(IndexView view, SearchRequest request) {
    Object group = request.group();
    Filter condition = request.filter();
    if (group == null && condition == null) {
      return null;
    }
    BooleanQuery.Builder both = new BooleanQuery.Builder();
    if (group != null) {
      List<BytesRef> encoded =
          RowKey.of(group).readings().stream()
              .map(key -> new BytesRef(key.encodedPartition()))
              .toList();
      both.add(new TermInSetQuery(IndexFields.GROUP, encoded), Occur.FILTER);
    }
    if (condition != null) {
      both.add(new FilterQueries(view.commit().mapping()).query(condition), Occur.FILTER);
    }
    return both.build();
  }

  /** Finds at most so many documents, best first. */
  private interface Documents {
    ScoreDoc[] best(int limit) throws IOException;
  }

  /** Our score of Lucene's. */
  private interface ScoreOfLucene {
    double of(float score);
  }
}
