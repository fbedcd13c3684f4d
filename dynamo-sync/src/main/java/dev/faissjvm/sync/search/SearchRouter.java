package dev.faissjvm.sync.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked over HTTP, as a function from request to reply; a server or a function carries
 * both.
 *
 * <pre>
 * /search    q mode k offset group filter minScore weight   hits for a question
 * /explain   the same                                       how /search finds them, and its recall
 * /similar   ref k offset group filter                      rows like a row
 * /map       q k group filter                               hits as points on a plane
 * /fields                                                   keys, text and filters of the index
 * </pre>
 *
 * <p>A GET or HEAD has its parameters in the query. A POST may have them in a JSON object as well:
 * {@code {"q":"a place where bread is made","k":3,"filter":["year=1990..","kind=noun"]}}.
 *
 * <p>An answer is {@code
 * {"hits":[...],"rows":n,"commit":n,"millis":{"embedding":n,"searching":n,...}}}; a hit is as
 * {@link HitJson} has it, with {@code ref} for {@code /similar}; what {@code /explain} answers is
 * in {@link ExplanationJson}. A request that makes no sense gets {@code {"error":"..."}} with the
 * reason.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Ownership.</b> Service and embedder are the
 * caller's. <b>Errors.</b> Those of {@link RowSearch} where the index itself cannot be read; never
 * one for what a request says.
 */
public final class SearchRouter {

  /** The most hits of one answer. */
  public static final int MAX_HITS = 1_000;

  /** The longest body of a request, in bytes. */
  public static final int MAX_BODY_BYTES = 65_536;

  private static final int MAX_OFFSET = 10_000;
  private static final int MAX_POINTS = 100;
  private static final int MAX_QUESTION = 2_000;

  private final RowSearch service;
  private final Embedder<String> embedder;

  /**
   * What is asked.
   *
   * @param method HTTP's word, in capitals
   * @param path what stands before the question mark, as it was sent
   * @param query what stands behind it, as it was sent, or null
   * @param body the bytes of the body; not changed by anyone
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, read once
  public record Request(String method, String path, @Nullable String query, byte[] body) {

    /**
     * Returns a request without a body.
     *
     * @param path what stands before the question mark
     * @param query what stands behind it, or null
     * @return a GET
     */
    public static Request get(String path, @Nullable String query) {
      return new Request("GET", path, query, new byte[0]);
    }
  }

  /**
   * What is answered.
   *
   * @param status HTTP's number
   * @param json one JSON object
   */
  public record Reply(int status, String json) {

    /**
     * Returns an answer that only gives a reason.
     *
     * @param status HTTP's number
     * @param reason what was expected, and what was found
     * @return the answer
     */
    public static Reply error(int status, String reason) {
      return of(status, JsonNodeFactory.instance.objectNode().put("error", reason));
    }

    private static Reply of(int status, ObjectNode object) {
      return new Reply(status, object.toString());
    }
  }

  /**
   * Answers from an open index.
   *
   * @param service the index
   * @param embedder its model, for the map
   */
  public SearchRouter(RowSearch service, Embedder<String> embedder) {
    this.service = service;
    this.embedder = embedder;
  }

  /**
   * Answers a request.
   *
   * @param request what is asked
   * @return 200, or 400, 404, 405 or 413 with the reason
   * @throws IOException if the index cannot be read
   */
  public Reply answer(Request request) throws IOException {
    boolean post = request.method().equals("POST");
    if (!post && !request.method().equals("GET") && !request.method().equals("HEAD")) {
      return Reply.error(405, "method: expected GET, HEAD or POST");
    }
    if (request.body().length > (post ? MAX_BODY_BYTES : 0)) {
      return Reply.error(
          413,
          "body: expected at most "
              + (post ? MAX_BODY_BYTES : 0)
              + " bytes, got "
              + request.body().length);
    }
    try {
      RouterParameters query = new RouterParameters(request.query());
      if (request.body().length > 0) {
        query.addJson(request.body());
      }
      return switch (request.path()) {
        case "/search" -> Reply.of(200, result(service.search(question(query))));
        case "/explain" ->
            Reply.of(
                200,
                ExplanationJson.of(service.explain(question(query)), service.mapping().keys()));
        case "/similar" -> similar(query);
        case "/map" -> map(query);
        case "/fields" -> fields(query);
        default -> Reply.error(404, "path: expected /search, /explain, /similar, /map or /fields");
      };
    } catch (IllegalArgumentException e) {
      return Reply.error(400, String.valueOf(e.getMessage()));
    }
  }

  private SearchRequest question(RouterParameters query) throws IOException {
    query.onlyOf(List.of("q", "mode", "k", "offset", "group", "filter", "minScore", "weight"));
    SearchRequest.Builder request = request(query, MAX_HITS);
    SearchMode mode = mode(query.one("mode"));
    request.text(text(query)).mode(mode);
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
    return request.build();
  }

  private Reply similar(RouterParameters query) throws IOException {
    query.onlyOf(List.of("ref", "k", "offset", "group", "filter"));
    String ref = query.one("ref");
    if (ref == null) {
      throw new IllegalArgumentException("ref: expected a row, got none");
    }
    SearchRequest request = request(query, MAX_HITS).like(RowKey.parse(ref)).build();
    return Reply.of(200, result(service.search(request)));
  }

  private Reply map(RouterParameters query) throws IOException {
    query.onlyOf(List.of("q", "k", "group", "filter"));
    String question = text(query);
    SearchResult result = service.search(request(query, MAX_POINTS).text(question).build());
    List<String> texts = new ArrayList<>();
    texts.add(question);
    result.hits().forEach(hit -> texts.add(hit.passage()));
    float[][] plane = Plane.project(embedder.embed(texts));
    KeyNames keys = service.mapping().keys();
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.putArray("question").add(plane[0][0]).add(plane[0][1]);
    ArrayNode points = object.putArray("points");
    for (SearchHit hit : result.hits()) {
      ObjectNode point = hit(hit, keys);
      point.putArray("at").add(plane[hit.rank()][0]).add(plane[hit.rank()][1]);
      points.add(point);
    }
    return Reply.of(200, object);
  }

  private Reply fields(RouterParameters query) throws IOException {
    query.onlyOf(List.of());
    DocumentMapping mapping = service.mapping();
    ObjectNode object = JsonNodeFactory.instance.objectNode();
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
    return Reply.of(200, object);
  }

  private SearchRequest.Builder request(RouterParameters query, int mostHits) throws IOException {
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

  private static String text(RouterParameters query) {
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
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    ArrayNode hits = object.putArray("hits");
    result.hits().forEach(hit -> hits.add(hit(hit, keys)));
    object.put("rows", result.indexedRows());
    object.put("commit", result.commit());
    object.set("millis", ExplanationJson.millis(result));
    return object;
  }

  private static ObjectNode hit(SearchHit hit, KeyNames keys) {
    return HitJson.of(hit, keys).put("ref", hit.key().encoded()).put("passage", hit.passage());
  }
}
