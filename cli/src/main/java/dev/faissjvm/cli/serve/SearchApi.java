package dev.faissjvm.cli.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.json.FilterText;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.search.Filter;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchResult;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked over HTTP, as a function from path and query to a reply.
 *
 * <pre>
 * GET /search?q=&mode=&k=&offset=&group=&filter=&minScore=&weight=   hits for a question
 * GET /similar?ref=&k=&offset=&group=&filter=                        rows like a row
 * GET /map?q=&k=&group=&filter=                                      hits as points on a plane
 * GET /fields                                                        keys, text and filters of the index
 * </pre>
 *
 * <p>An answer is {@code
 * {"hits":[...],"rows":n,"commit":n,"millis":{"embedding":n,"searching":n}}}; a hit is as {@link
 * Json} has it, with {@code ref} for {@code /similar}.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Ownership.</b> Service and embedder are the
 * caller's. <b>Errors.</b> {@link IllegalArgumentException} for a request that makes no sense.
 */
final class SearchApi {

  /** The most hits of one answer. */
  static final int MAX_HITS = 1_000;

  private static final int MAX_OFFSET = 10_000;
  private static final int MAX_POINTS = 100;
  private static final int MAX_QUESTION = 2_000;
  private static final double NANOS_A_MILLI = 1e6;

  private final SearchService service;
  private final Embedder<String> embedder;

  SearchApi(SearchService service, Embedder<String> embedder) {
    this.service = service;
    this.embedder = embedder;
  }

  /** Answers a request, or returns null if there is nothing under its path. */
  @Nullable Reply answer(String path, Parameters query) throws IOException {
    return switch (path) {
      case "/search" -> search(query);
      case "/similar" -> similar(query);
      case "/map" -> map(query);
      case "/fields" -> fields(query);
      default -> null;
    };
  }

  private Reply search(Parameters query) throws IOException {
    query.onlyOf(List.of("q", "mode", "k", "offset", "group", "filter", "minScore", "weight"));
    SearchRequest.Builder request = request(query, MAX_HITS);
    SearchMode mode = mode(query.one("mode"));
    request.text(question(query)).mode(mode);
    if (mode != SearchMode.SEMANTIC) {
      request.highlights();
    }
    Double minScore = query.decimal("minScore");
    if (minScore != null) {
      request.minScore(minScore);
    }
    Double weight = query.decimal("weight");
    if (weight != null) {
      request.semanticWeight(weight);
    }
    return Reply.json(200, result(service.search(request.build())));
  }

  private Reply similar(Parameters query) throws IOException {
    query.onlyOf(List.of("ref", "k", "offset", "group", "filter"));
    String ref = query.one("ref");
    if (ref == null) {
      throw new IllegalArgumentException("ref: expected a row, got none");
    }
    SearchRequest request = request(query, MAX_HITS).like(RowKey.parse(ref)).build();
    return Reply.json(200, result(service.search(request)));
  }

  private Reply map(Parameters query) throws IOException {
    query.onlyOf(List.of("q", "k", "group", "filter"));
    String question = question(query);
    SearchResult result = service.search(request(query, MAX_POINTS).text(question).build());
    List<String> texts = new ArrayList<>();
    texts.add(question);
    result.hits().forEach(hit -> texts.add(hit.passage()));
    float[][] plane = Plane.project(embedder.embed(texts));
    KeyNames keys = service.mapping().keys();
    ObjectNode object = Json.object();
    object.putArray("question").add(plane[0][0]).add(plane[0][1]);
    ArrayNode points = object.putArray("points");
    for (SearchHit hit : result.hits()) {
      ObjectNode point = hit(hit, keys);
      point.putArray("at").add(plane[hit.rank()][0]).add(plane[hit.rank()][1]);
      points.add(point);
    }
    return Reply.json(200, object);
  }

  private Reply fields(Parameters query) throws IOException {
    query.onlyOf(List.of());
    DocumentMapping mapping = service.mapping();
    ObjectNode object = Json.object();
    KeyNames keys = mapping.keys();
    ArrayNode names = object.putArray("keys").add(keys.partition());
    if (keys.sort() != null) {
      names.add(keys.sort());
    }
    object.put("text", mapping.settings().getOrDefault("text.template", ""));
    ObjectNode filters = object.putObject("filters");
    for (Map.Entry<String, FieldType> filter : mapping.filters().entrySet()) {
      filters.put(filter.getKey(), filter.getValue().name().toLowerCase(Locale.ROOT));
    }
    return Reply.json(200, object);
  }

  private SearchRequest.Builder request(Parameters query, int mostHits) throws IOException {
    SearchRequest.Builder request =
        SearchRequest.builder()
            .k(query.number("k", 10, 1, mostHits))
            .offset(query.number("offset", 0, 0, MAX_OFFSET));
    String group = query.one("group");
    if (group != null) {
      request.group(group);
    }
    List<String> filters = query.all("filter");
    if (!filters.isEmpty()) {
      Map<String, FieldType> types = service.mapping().filters();
      request.filter(
          Filter.and(
              filters.stream().map(text -> FilterText.parse(text, types)).toArray(Filter[]::new)));
    }
    return request;
  }

  private static String question(Parameters query) {
    String question = query.one("q");
    if (question == null || question.isBlank() || question.length() > MAX_QUESTION) {
      throw new IllegalArgumentException(
          "q: expected a question of 1 to " + MAX_QUESTION + " characters");
    }
    return question;
  }

  private static SearchMode mode(@Nullable String name) {
    return switch (name == null ? "semantic" : name) {
      case "semantic" -> SearchMode.SEMANTIC;
      case "keyword" -> SearchMode.KEYWORD;
      case "hybrid" -> SearchMode.HYBRID;
      default -> throw new IllegalArgumentException("mode: expected semantic, keyword or hybrid");
    };
  }

  private ObjectNode result(SearchResult result) throws IOException {
    KeyNames keys = service.mapping().keys();
    ObjectNode object = Json.object();
    ArrayNode hits = object.putArray("hits");
    result.hits().forEach(hit -> hits.add(hit(hit, keys)));
    object.put("rows", result.indexedRows());
    object.put("commit", result.commit());
    object
        .putObject("millis")
        .put("embedding", result.embedding().toNanos() / NANOS_A_MILLI)
        .put("searching", result.searching().toNanos() / NANOS_A_MILLI);
    return object;
  }

  private static ObjectNode hit(SearchHit hit, KeyNames keys) {
    return Json.hit(hit, keys).put("ref", hit.key().encoded()).put("passage", hit.passage());
  }
}
