package dev.faissjvm.sync.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.Library;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request finds, on an index of 60 books. */
class SearchServiceTest {

  private static final int BOOKS = 60;
  private static final List<String> SUBJECTS = List.of("whales", "gardens", "engines");

  @TempDir Path folder;
  private Library library;
  private SearchService service;

  @BeforeEach
  void fill() throws IOException {
    DocumentMapping mapping =
        DocumentMapping.of(KeyNames.of("shelf", "number"), "{title}. {about.subject}")
            .withFilter("year", FieldType.NUMBER)
            .withFilter("tags", FieldType.STRING)
            .withFilter("lent", FieldType.BOOLEAN)
            .withFilter("about.subject", FieldType.STRING);
    library = new Library(folder, mapping, new HashingEmbedder(48));
    for (int i = 0; i < BOOKS; i++) {
      library.table.put(
          key(i),
          Map.of(
              "title",
              "Book number " + i,
              "about",
              Map.of("subject", SUBJECTS.get(i % 3)),
              "year",
              new BigDecimal(1900 + i),
              "tags",
              Set.of("t" + i % 4, "all"),
              "lent",
              i % 2 == 0));
    }
    library.sync();
    service = SearchService.open(folder, library.embedder, library.table);
  }

  @AfterEach
  void close() throws IOException {
    service.close();
  }

  private static RowKey key(int book) {
    return RowKey.of("shelf" + book % 2, book);
  }

  private List<Integer> books(SearchRequest.Builder request) throws IOException {
    List<Integer> books = new ArrayList<>();
    for (SearchHit hit : service.search(request.build()).hits()) {
      if (hit.key().sort() instanceof BigDecimal number) {
        books.add(number.intValueExact());
      }
    }
    return books;
  }

  private static SearchRequest.Builder about(String text) {
    return SearchRequest.builder().text(text).k(BOOKS);
  }

  @Test
  void aRangeKeepsBothEnds() throws IOException {
    assertThat(books(about("book").filter(Filter.range("year", 1910, 1913))))
        .containsExactlyInAnyOrder(10, 11, 12, 13);
    assertThat(books(about("book").filter(Filter.range("year", 1958, null))))
        .containsExactlyInAnyOrder(58, 59);
  }

  @Test
  void everyConditionHoldsInEveryMode() throws IOException {
    Filter filter =
        Filter.and(
            Filter.in("tags", List.of("t1", "t2")),
            Filter.equal("lent", true),
            Filter.not(Filter.prefix("about.subject", "gar")),
            Filter.or(Filter.range("year", null, 1920), Filter.range("year", 1950, null)),
            Filter.exists("tags"));
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < BOOKS; i++) {
      if ((i % 4 == 1 || i % 4 == 2) && i % 2 == 0 && i % 3 != 1 && (i <= 20 || i >= 50)) {
        expected.add(i);
      }
    }
    for (SearchMode mode : SearchMode.values()) {
      assertThat(books(about("book number").mode(mode).filter(filter)))
          .as("%s", mode)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void aGroupIsOnePartition() throws IOException {
    assertThat(books(about("book").group("shelf1"))).hasSize(30).allMatch(book -> book % 2 == 1);
  }

  @Test
  void exactSearchFindsTheSame() throws IOException {
    SearchRequest.Builder request = about("book number 17 about gardens").k(10);
    List<Integer> nearest = books(request);

    assertThat(books(request.exact())).isEqualTo(nearest);
    assertThat(books(request.filter(Filter.equal("lent", false)))).allMatch(book -> book % 2 == 1);
  }

  @Test
  void semanticScoresAreCosines() throws IOException {
    String text = "Book number 17. engines";
    SearchHit best = service.search(about(text).k(1).build()).hits().get(0);

    assertThat(best.key()).isEqualTo(key(17));
    assertThat(best.score()).isCloseTo(1, Offset.offset(1e-4));
    assertThat(best.fields()).containsEntry("lent", false);
  }

  @Test
  void pagesFollowOneAnother() throws IOException {
    List<Integer> whole = books(about("engines").k(30));
    List<Integer> pages = new ArrayList<>();
    for (int offset = 0; offset < 30; offset += 7) {
      pages.addAll(books(about("engines").k(Math.min(7, 30 - offset)).offset(offset)));
    }

    assertThat(pages).isEqualTo(whole);
  }

  @Test
  void aMinimumScoreEndsTheList() throws IOException {
    List<SearchHit> all = service.search(about("number 17").build()).hits();
    double least = all.get(4).score();

    assertThat(books(about("number 17").minScore(least))).hasSizeBetween(5, 10);
  }

  @Test
  void aRowFindsItsLikeButNotItself() throws IOException {
    List<Integer> like = books(SearchRequest.builder().like(key(6)).k(5));

    assertThat(like).hasSize(5).doesNotContain(6);
    assertThat(books(SearchRequest.builder().like(RowKey.of("shelf0", "6")).k(5))).isEqualTo(like);
    assertThatThrownBy(() -> books(SearchRequest.builder().like(key(600))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("like: expected an indexed row, got shelf0/600");
  }

  @Test
  void highlightsAreMarkedAndEscaped() throws IOException {
    library.table.put(key(1), Map.of("title", "The <whale> & the sea"));
    library.sync();
    service.refresh();
    SearchRequest request =
        about("whale")
            .mode(SearchMode.KEYWORD)
            .highlights()
            .filter(Filter.equal("lent", false))
            .build();

    assertThat(service.search(request).hits())
        .filteredOn(hit -> hit.key().equals(key(1)))
        .singleElement()
        .extracting(SearchHit::highlights)
        .asString()
        .contains("&lt;<b>whale</b>&gt; &amp;");
  }

  @Test
  void liveRowsAreOfTheTableAndWithoutTheGone() throws IOException {
    library.table.put(key(17), Map.of("title", "Book number 17", "beside", "new"));
    library.table.delete(key(19));
    List<SearchHit> hits = service.search(about("number 17").live().build()).hits();

    assertThat(hits).extracting(SearchHit::key).contains(key(17)).doesNotContain(key(19));
    assertThat(hits)
        .filteredOn(hit -> hit.key().equals(key(17)))
        .allMatch(hit -> "new".equals(hit.fields().get("beside")));
  }

  @Test
  void badRequestsAreRefusedWithTheReason() {
    assertThatThrownBy(() -> about("x").k(0).build())
        .hasMessage("k: expected 1 to 1000000 with the offset, got 0; offset=0");
    assertThatThrownBy(() -> about("y".repeat(1_000_000)).build())
        .hasMessage("text: expected 1 to 20000 chars, got 1000000");
    assertThatThrownBy(() -> books(about("x").filter(Filter.equal("colour", "red"))))
        .hasMessage("filter field: expected one of [about.subject, lent, tags, year], got colour");
    assertThatThrownBy(() -> books(about("x").filter(Filter.equal("year", "red"))))
        .hasMessage("filter value: expected a NUMBER for year, got red");
    assertThatThrownBy(() -> books(SearchRequest.builder().vector(new float[3])))
        .hasMessage("vector: expected 48 components, got 3");
    assertThatThrownBy(() -> SearchRequest.builder().build())
        .hasMessage("request: expected one of text, vector and like, got 0");
    assertThatThrownBy(() -> SearchRequest.builder().like(key(1)).mode(SearchMode.HYBRID).build())
        .hasMessage("mode: expected SEMANTIC without a text, got HYBRID");
  }

  @Test
  void everyFilterOfAWrongTypeIsRefusedWithTheReason() {
    assertRefused(
        Filter.range("lent", 1, 2),
        "filter: expected a range of strings or numbers, got a boolean field; field=lent");
    assertRefused(Filter.prefix("year", "19"), "filter value: expected a NUMBER for year, got 19");
    assertRefused(
        Filter.range("year", "a", null), "filter value: expected a NUMBER for year, got a");
    assertRefused(
        Filter.range("about.subject", 1, null),
        "filter value: expected a STRING for about.subject, got 1");
    assertRefused(
        Filter.in("lent", List.<Object>of(true, "yes")),
        "filter value: expected a BOOLEAN for lent, got yes");
    assertRefused(
        Filter.not(Filter.exists("colour")),
        "filter field: expected one of [about.subject, lent, tags, year], got colour");
    Filter deep = Filter.equal("year", 1900);
    for (int i = 0; i < 33; i++) {
      deep = Filter.not(deep);
    }
    assertRefused(deep, "filter: expected at most 32 levels, got more");
    Filter[] many = new Filter[1_001];
    Arrays.fill(many, Filter.exists("year"));
    assertRefused(Filter.or(many), "filter: expected at most 1000 conditions joined, got 1001");
    assertThatThrownBy(() -> Filter.in("year", List.of()))
        .hasMessage("filter: expected values for year, got none");
    assertThatThrownBy(() -> Filter.range("year", null, null))
        .hasMessage("filter: expected a bound for year, got none");
    assertThatThrownBy(() -> Filter.equal("year", Locale.ROOT))
        .hasMessage("filter: expected a string, number or boolean, got Locale");
    assertThatThrownBy(Filter::and).hasMessage("filter: expected at least one condition, got none");
  }

  private void assertRefused(Filter filter, String reason) {
    for (SearchMode mode : SearchMode.values()) {
      assertThatThrownBy(() -> books(about("book").mode(mode).filter(filter)))
          .as("%s", mode)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(reason);
    }
  }

  /** Lucene joins 1,024 clauses at most; a long question broke off as a failure of the index. */
  @Test
  void aQuestionOfThousandsOfWordsIsAnswered() throws IOException {
    StringBuilder text = new StringBuilder("gardens ");
    for (int i = 0; text.length() < SearchRequest.MAX_TEXT_CHARS - 10; i++) {
      text.append("w").append(i).append(' ');
    }
    for (SearchMode mode : SearchMode.values()) {
      assertThat(books(about(text.toString()).mode(mode).highlights().k(20)))
          .as("%s", mode)
          .hasSize(20);
    }
    assertThat(books(about(text.toString()).mode(SearchMode.KEYWORD)))
        .hasSize(20)
        .allMatch(book -> book % 3 == 1);
  }

  @Test
  void moreConditionsThanLuceneJoinsAreRefusedWithTheReason() {
    Filter[] some = new Filter[600];
    Filter[] others = new Filter[600];
    for (int i = 0; i < 600; i++) {
      some[i] = Filter.equal("tags", "t" + i);
      others[i] = Filter.equal("about.subject", "s" + i);
    }
    Filter both = Filter.and(Filter.or(some), Filter.or(others));
    assertThatThrownBy(() -> books(about("book").mode(SearchMode.KEYWORD).filter(both)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("filter: expected at most 1024 conditions and words together, got more");
  }

  @Test
  void wordsThatStandTwiceCountTwice() throws IOException {
    SearchHit once = best("engines");
    SearchHit twice = best("engines engines");

    assertThat(twice.key()).isEqualTo(once.key());
    assertThat(twice.score()).isCloseTo(2 * once.score(), Offset.offset(1e-4));
    assertThat(service.search(about("the of and").mode(SearchMode.KEYWORD).build()).hits())
        .isEmpty();
  }

  private SearchHit best(String words) throws IOException {
    return service.search(about(words).mode(SearchMode.KEYWORD).build()).hits().get(0);
  }

  @Test
  void pagesOfEveryModeFollowOneAnother() throws IOException {
    for (SearchMode mode : SearchMode.values()) {
      List<Integer> whole = books(about("book about gardens").mode(mode));
      List<Integer> pages = new ArrayList<>();
      for (int offset = 0; offset < BOOKS; offset += 9) {
        pages.addAll(books(about("book about gardens").mode(mode).k(9).offset(offset)));
      }
      assertThat(pages).as("%s", mode).isEqualTo(whole).hasSize(BOOKS);
      assertThat(books(about("book").mode(mode).k(5).offset(BOOKS))).isEmpty();
    }
  }

  @Test
  void aMillionHitsAreAllThereAre() throws IOException {
    for (SearchMode mode : SearchMode.values()) {
      assertThat(books(about("book").mode(mode).k(1_000_000))).hasSize(BOOKS);
    }
    assertThat(books(about("book").exact().k(1_000_000))).hasSize(BOOKS);
    assertThatThrownBy(() -> about("book").k(1_000_000).offset(1).build())
        .hasMessage("k: expected 1 to 1000000 with the offset, got 1000000; offset=1");
    assertThatThrownBy(() -> about("book").minScore(Double.NaN).build())
        .hasMessage("minScore: expected a number, got NaN");
    assertThatThrownBy(() -> about("book").semanticWeight(1.5).build())
        .hasMessage("semanticWeight: expected 0 to 1, got 1.5");
  }

  @Test
  void anotherModelIsRefused() {
    assertThatThrownBy(() -> SearchService.open(folder, new HashingEmbedder(48, "another")))
        .isInstanceOf(UnusableIndexException.class)
        .hasMessage(
            "index model: expected another, got hashing-48; search with the model that the index"
                + " was made with, or sync with this one");
  }

  @Test
  void aFolderWithoutAnIndexIsToldApartFromAFile(@TempDir Path other) throws IOException {
    assertThatThrownBy(() -> SearchService.open(other, library.embedder))
        .isInstanceOf(UnusableIndexException.class)
        .hasMessage(
            "index folder: expected an index, got none; folder=" + other + "; run a sync first");
    Path file = Files.writeString(other.resolve("file"), "not a folder");
    assertThatThrownBy(() -> SearchService.open(file, library.embedder))
        .isInstanceOf(UnusableIndexException.class)
        .hasMessageContaining("expected an index that can be read and written");
  }

  @Test
  void longTextsAnswerByTheirBestPassage(@TempDir Path other) throws IOException {
    DocumentMapping mapping = DocumentMapping.recipe().withPassages(100);
    Library longTexts = new Library(other, mapping, new HashingEmbedder(48));
    String filler =
        "Nothing of interest happens in this sentence at all, not even once. ".repeat(9);
    RowKey key = RowKey.of("g", "long");
    longTexts.table.put(key, Map.of("content", filler + "Zebras graze here. " + filler));
    longTexts.table.put(RowKey.of("g", "short"), Map.of("content", "a short text"));
    longTexts.sync();
    try (SearchService passages = SearchService.open(other, longTexts.embedder)) {
      SearchRequest request = SearchRequest.builder().text("zebras graze").k(5).build();
      List<SearchHit> hits = passages.search(request).hits();

      assertThat(hits).hasSize(2);
      assertThat(hits.get(0).key()).isEqualTo(key);
      assertThat(hits.get(0).passage()).contains("Zebras").hasSizeLessThan(200);
      assertThat(hits.get(0).fields()).containsKey("content");
    }
  }
}
