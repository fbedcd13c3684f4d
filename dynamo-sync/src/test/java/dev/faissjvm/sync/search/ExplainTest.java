package dev.faissjvm.sync.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a search did, and what it missed, on a segment that has an accelerator. */
class ExplainTest {

  private static final int ROWS = 6_000;
  private static final String[] WORDS = "red green blue old new small large wooden".split(" ");
  private static final String[] THINGS = "house ship tree stone bird river book lamp".split(" ");
  private static final DocumentMapping MAPPING =
      DocumentMapping.of(KeyNames.recipe(), "{content}").withFilter("year", FieldType.NUMBER);
  private static final HashingEmbedder EMBEDDER = new HashingEmbedder(64);

  @TempDir static Path folder;
  private static SearchService service;

  @BeforeAll
  static void fill() throws IOException {
    IndexHome.Writer writer =
        new IndexHome.Writer(new Fence(1), EMBEDDER.fingerprint(), 64, MAPPING);
    try (IndexStore store = IndexFolder.of(folder).open(writer)) {
      for (int i = 0; i < ROWS; i++) {
        String text =
            WORDS[i % 8] + " " + THINGS[i / 8 % 8] + " " + WORDS[i / 64 % 8] + " number n" + i;
        RowKey key = RowKey.of("g", "r" + i);
        Map<String, Object> attributes =
            Map.of(
                "content_group",
                "g",
                "content_id",
                "r" + i,
                "content",
                text,
                "year",
                new BigDecimal(i));
        Document document = MAPPING.document(new Row(key, attributes, null, true, false));
        store.put(document, List.of(EMBEDDER.embed(text)));
      }
      store.commit();
    }
    service = SearchService.open(folder, EMBEDDER);
  }

  @AfterAll
  static void close() throws IOException {
    service.close();
  }

  private static SearchRequest.Builder about(String text) {
    return SearchRequest.builder().text(text);
  }

  @Test
  void theAnswerStandsBesideTheTrueOne() throws IOException {
    double sum = 0;
    for (int i = 0; i < 40; i++) {
      SearchRequest request = about(WORDS[i % 8] + " " + THINGS[i / 5] + " n" + 37 * i).build();
      SearchExplanation explained = service.explain(request);
      sum += explained.recall();

      assertThat(explained.truth().work().isExact()).isTrue();
      assertThat(explained.truth().work().compared()).isEqualTo(ROWS);
      assertThat(explained.answer().hits()).isEqualTo(service.search(request).hits());
      Set<RowKey> found = new HashSet<>();
      explained.answer().hits().forEach(hit -> found.add(hit.key()));
      assertThat(explained.missed()).noneMatch(hit -> found.contains(hit.key()));
      assertThat(explained.missed()).hasSize((int) Math.round(10 * (1 - explained.recall())));
    }
    // The accelerator was calibrated for 0.99 of its own rows; questions lie further off.
    assertThat(sum / 40).isBetween(0.85, 1.0);
  }

  @Test
  void whatWasSearchedIsSaid() throws IOException {
    SearchWork work = service.search(about("old house").build()).work();

    assertThat(work.segments()).hasSize(1);
    SegmentSearch segment = work.segments().get(0);
    assertThat(segment.segment()).isEqualTo("_0");
    assertThat(segment.accepted()).isEqualTo(ROWS);
    assertThat(segment.means().accelerator()).startsWith("IVF128,PQ16x4fs");
    assertThat(segment.means().probes()).isPositive();
    assertThat(segment.compared())
        .isBetween(10L, (long) segment.means().candidates())
        .isEqualTo(work.compared());
    assertThat(work.isExact()).isFalse();
    assertThat(work.meaning()).isGreaterThanOrEqualTo(segment.took());
    assertThat(work.words()).isEqualTo(Duration.ZERO);
  }

  @Test
  void aNarrowFilterIsSearchedExactlyAndSaysSo() throws IOException {
    SearchRequest request = about("old house").filter(Filter.range("year", 100, 149)).build();

    SearchExplanation explained = service.explain(request);

    assertThat(explained.recall()).isEqualTo(1);
    assertThat(explained.answer().work().segments())
        .singleElement()
        .satisfies(
            segment -> {
              assertThat(segment.means()).isEqualTo(SegmentSearch.Means.EXACT);
              assertThat(segment.accepted()).isEqualTo(50);
              assertThat(segment.compared()).isEqualTo(50);
            });
  }

  @Test
  void wordsAreNeverApproximateAndHybridSaysBothTimes() throws IOException {
    SearchExplanation words = service.explain(about("old").mode(SearchMode.KEYWORD).build());
    assertThat(words.recall()).isEqualTo(1);
    assertThat(words.answer().work().segments()).isEmpty();
    SearchWork both = service.search(about("old").mode(SearchMode.HYBRID).build()).work();
    assertThat(both.words()).isPositive();
    assertThat(both.meaning()).isPositive();
  }

  @Test
  void earlierPagesAreExplainedToo() throws IOException {
    SearchExplanation explained = service.explain(about("old house").k(5).offset(20).build());

    assertThat(explained.answer().hits()).hasSize(25);
    assertThat(explained.answer().hits().get(0).rank()).isEqualTo(1);
  }

  private static SearchHit hit(String id, double score) {
    return new SearchHit(1, RowKey.of("g", id), score, Map.of(), "", List.of());
  }

  private static SearchResult result(SearchHit... hits) {
    Duration none = Duration.ZERO;
    return new SearchResult(
        List.of(hits), 9, 1, none, new SearchWork(none, none, none, none, List.of()));
  }

  @Test
  void aMissedRowLowersRecallUnlessAnEqualOneStandsForIt() {
    SearchResult truth = result(hit("a", 0.9), hit("b", 0.8), hit("c", 0.7), hit("d", 0.6));
    SearchResult missing = result(hit("a", 0.9), hit("c", 0.7), hit("d", 0.6), hit("e", 0.5));
    SearchExplanation explained = SearchExplanation.of(SearchMode.SEMANTIC, missing, truth);
    assertThat(explained.recall()).isEqualTo(0.75);
    assertThat(explained.missed()).extracting(SearchHit::key).containsExactly(RowKey.of("g", "b"));

    SearchResult tied = result(hit("a", 0.9), hit("b", 0.8), hit("c", 0.7), hit("z", 0.6));
    SearchExplanation equal = SearchExplanation.of(SearchMode.SEMANTIC, tied, truth);
    assertThat(equal.recall()).isEqualTo(1);
    assertThat(equal.missed()).isEmpty();
    assertThat(SearchExplanation.of(SearchMode.HYBRID, tied, truth).recall()).isEqualTo(0.75);
    assertThat(SearchExplanation.of(SearchMode.SEMANTIC, result(), result()).recall()).isEqualTo(1);
  }

  @Test
  void theRouterExplainsInJson() throws IOException {
    SearchRouter router = new SearchRouter(service, EMBEDDER);
    SearchRouter.Reply reply =
        router.answer(SearchRouter.Request.get("/explain", "q=old+house&k=7&mode=hybrid"));
    JsonNode json = new ObjectMapper().readTree(reply.json());

    assertThat(reply.status()).isEqualTo(200);
    assertThat(json.path("mode").asText()).isEqualTo("hybrid");
    assertThat(json.path("hits").asInt()).isEqualTo(7);
    assertThat(json.path("recall").isNumber()).isTrue();
    assertThat(json.path("rows").asInt()).isEqualTo(ROWS);
    assertThat(json.path("segments").path(0).path("accelerator").asText()).startsWith("IVF128");
    assertThat(json.path("millis").path("exact").isNumber()).isTrue();
    assertThat(router.answer(SearchRouter.Request.get("/explain", null)))
        .isEqualTo(SearchRouter.Reply.error(400, "q: expected a question of 1 to 2000 characters"));
  }
}
