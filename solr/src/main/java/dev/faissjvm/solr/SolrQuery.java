package dev.faissjvm.solr;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.ValueCodec;
import dev.faissjvm.sync.index.IndexFields;
import dev.faissjvm.sync.search.Filter;
import dev.faissjvm.sync.search.Highlights;
import dev.faissjvm.sync.search.ScoreFusion;
import dev.faissjvm.sync.search.ScoreFusion.Scored;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrDocumentList;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.jspecify.annotations.Nullable;

/** One request to one collection. */
final class SolrQuery {

  /** How often a request is made where a commit falls between its two queries. */
  private static final int ATTEMPTS = 5;

  private final SolrCollection solr;
  private final DocumentMapping mapping;
  private final SearchRequest request;

  SolrQuery(SolrCollection solr, DocumentMapping mapping, SearchRequest request) {
    this.solr = solr;
    this.mapping = mapping;
    this.request = request;
  }

  /** A row among the candidates: its best passage. */
  private record Candidate(SolrDocument passage, double score) {

    String key() {
      return (String) passage.getFieldValue(IndexFields.KEY);
    }

    Scored scored() {
      return new Scored(key(), score);
    }
  }

  /**
   * Passages first, then the rows of those that are no first passage. A row that is replaced or
   * deleted between the two, or on another replica, is not found by the second: then both are made
   * again, with a candidate more in its place.
   */
  List<SearchHit> search(float @Nullable [] vector) throws IOException {
    int wanted = request.k() + request.offset();
    for (int attempt = 1; ; attempt++) {
      int limit = wanted;
      List<Candidate> chosen =
          chosen(
              switch (request.mode()) {
                case SEMANTIC -> semantic(vector, limit);
                case KEYWORD -> keyword(limit);
                case HYBRID -> fused(vector, limit);
              });
      Map<String, SolrDocument> rows = rows(chosen);
      int missing = chosen.size() - rows.size();
      if (missing == 0 || rows.size() >= request.k() || attempt == ATTEMPTS) {
        return hits(chosen, rows);
      }
      wanted += missing;
    }
  }

  private List<Candidate> fused(float @Nullable [] vector, int wanted) throws IOException {
    int each = Math.max(wanted, ScoreFusion.CANDIDATES);
    List<Candidate> near = semantic(vector, each);
    List<Candidate> worded = keyword(each);
    Map<String, SolrDocument> passages = new HashMap<>();
    worded.forEach(candidate -> passages.put(candidate.key(), candidate.passage));
    near.forEach(candidate -> passages.put(candidate.key(), candidate.passage));
    return ScoreFusion.fuse(
            near.stream().map(Candidate::scored).toList(),
            worded.stream().map(Candidate::scored).toList(),
            request.semanticWeight())
        .stream()
        .limit(wanted)
        .map(
            row -> new Candidate(passages.getOrDefault(row.key(), new SolrDocument()), row.score()))
        .toList();
  }

  private List<Candidate> semantic(float @Nullable [] vector, int wanted) throws IOException {
    if (vector == null) {
      throw new IllegalArgumentException("request: expected a text, vector or row, got none");
    }
    String components = RowBlocks.boxed(vector).toString().replace(" ", "");
    return perRow(
        wanted,
        limit -> {
          ModifiableSolrParams params = new ModifiableSolrParams();
          if (request.exact()) {
            params.set(
                "q",
                "{!func}vectorSimilarity(FLOAT32,DOT_PRODUCT,"
                    + IndexFields.VECTOR
                    + ","
                    + components
                    + ")");
            params.add("fq", "{!term f=" + SolrFields.KIND + "}" + SolrFields.PASSAGE);
          } else {
            params.set("q", "{!knn f=" + IndexFields.VECTOR + " topK=" + limit + " v=$vector}");
            params.set("vector", components);
          }
          return params;
        },
        score -> 2.0 * score - 1);
  }

  private List<Candidate> keyword(int wanted) throws IOException {
    String text = request.text();
    if (text == null) {
      return List.of();
    }
    return perRow(
        wanted,
        limit -> {
          ModifiableSolrParams params = new ModifiableSolrParams();
          params.set("q", text);
          params.set("defType", "simple");
          params.set("qf", IndexFields.TEXT);
          params.set("q.op", "OR");
          params.set("q.operators", ""); // the whole text is words
          return params;
        },
        score -> score);
  }

  /** Searches until there are enough different rows, each by its best passage. */
  private List<Candidate> perRow(int wanted, Passages search, ScoreOfSolr score)
      throws IOException {
    RowKey like = request.like();
    int limit = wanted + (like == null ? 0 : 1);
    while (true) {
      SolrDocumentList found = best(search.query(limit), limit);
      Map<String, Candidate> rows = new LinkedHashMap<>();
      for (SolrDocument passage : found) {
        float own = ((Number) passage.getFieldValue("score")).floatValue();
        Candidate candidate = new Candidate(passage, score.of(own));
        rows.putIfAbsent(candidate.key(), candidate);
      }
      if (like != null) {
        like.readings().forEach(key -> rows.remove(key.encoded()));
      }
      if (rows.size() >= wanted || found.size() < limit) {
        List<Candidate> best = new ArrayList<>(rows.values());
        return best.subList(0, Math.min(wanted, best.size()));
      }
      limit = (int) Math.min(SearchRequest.MAX_K, 2L * limit);
    }
  }

  private SolrDocumentList best(ModifiableSolrParams params, int limit) throws IOException {
    SolrFilters filters = new SolrFilters(mapping, params);
    Object group = request.group();
    Filter condition = request.filter();
    if (group != null) {
      params.add(
          "fq",
          filters.anyTerm(
              IndexFields.GROUP,
              RowKey.of(group).readings().stream().map(RowKey::encodedPartition).toList()));
    }
    if (condition != null) {
      params.add("fq", filters.add(condition));
    }
    return found(params, limit);
  }

  private SolrDocumentList found(ModifiableSolrParams params, int limit) throws IOException {
    params.set("rows", limit);
    // One pass: a row that is replaced or deleted between two would leave a hole in the answer.
    params.set("distrib.singlePass", true);
    params.set(
        "fl",
        SolrFields.ID,
        IndexFields.KEY,
        IndexFields.TEXT,
        IndexFields.CONTENT,
        IndexFields.FIELDS,
        "score");
    return solr.query(params).getResults();
  }

  private List<Candidate> chosen(List<Candidate> candidates) {
    Double least = request.minScore();
    return candidates.stream()
        .skip(request.offset())
        .filter(candidate -> least == null || candidate.score >= least)
        .toList();
  }

  private List<SearchHit> hits(List<Candidate> chosen, Map<String, SolrDocument> rows)
      throws IOException {
    List<SearchHit> hits = new ArrayList<>();
    for (Candidate candidate : chosen) {
      SolrDocument row = rows.get(candidate.key());
      if (row != null && hits.size() < request.k()) {
        hits.add(hit(request.offset() + hits.size() + 1, candidate, row));
      }
    }
    return hits;
  }

  /** The first passages of rows: they have what is kept of the row. */
  private Map<String, SolrDocument> rows(List<Candidate> candidates) throws IOException {
    Map<String, SolrDocument> rows = new HashMap<>();
    List<String> ids = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.passage.getFieldValue(IndexFields.FIELDS) != null) {
        rows.put(candidate.key(), candidate.passage);
      } else {
        ids.add(SolrFields.id(RowKey.parse(candidate.key())));
      }
    }
    if (!ids.isEmpty()) {
      ModifiableSolrParams params = new ModifiableSolrParams();
      params.set("q", "{!terms f=" + SolrFields.ID + " v=$firsts}");
      params.set("firsts", String.join(",", ids));
      params.add("fq", "{!term f=" + SolrFields.KIND + "}" + SolrFields.PASSAGE);
      found(params, ids.size())
          .forEach(row -> rows.put((String) row.getFieldValue(IndexFields.KEY), row));
    }
    return rows;
  }

  private SearchHit hit(int rank, Candidate candidate, SolrDocument row) throws IOException {
    String passage = (String) candidate.passage.getFieldValue(IndexFields.TEXT);
    Object whole = row.getFieldValue(IndexFields.CONTENT);
    String content = whole == null ? passage : whole.toString();
    String text = request.text();
    return new SearchHit(
        rank,
        RowKey.parse(candidate.key()),
        candidate.score,
        ValueCodec.decode((byte[]) row.getFieldValue(IndexFields.FIELDS)),
        passage,
        text != null && request.highlights() ? Highlights.of(text, content) : List.of());
  }

  /** The query for at most so many passages. */
  private interface Passages {
    ModifiableSolrParams query(int limit);
  }

  /** Our score of Solr's. */
  private interface ScoreOfSolr {
    double of(float score);
  }
}
