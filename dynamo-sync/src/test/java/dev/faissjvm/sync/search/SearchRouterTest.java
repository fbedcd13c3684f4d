package dev.faissjvm.sync.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.Library;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each request is answered, on an index of two rows. */
class SearchRouterTest {

  @TempDir Path folder;
  private SearchService service;
  private SearchRouter router;

  @BeforeEach
  void fill() throws IOException {
    DocumentMapping mapping =
        DocumentMapping.of(KeyNames.recipe(), "{content}").withFilter("year", FieldType.NUMBER);
    Library library = new Library(folder, mapping, new HashingEmbedder(48));
    library.table.put(
        RowKey.of("noun", "1"),
        Map.of("content", "a place where bread is made", "year", new BigDecimal(1900)));
    library.table.put(
        RowKey.of("noun", "2"), Map.of("content", "a large whale", "year", new BigDecimal(2000)));
    library.sync();
    service = SearchService.open(folder, library.embedder);
    router = new SearchRouter(service, library.embedder);
  }

  @AfterEach
  void close() throws IOException {
    service.close();
  }

  private SearchRouter.Reply get(String path, String query) throws IOException {
    return router.answer(SearchRouter.Request.get(path, query));
  }

  private SearchRouter.Reply send(String method, String path, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return router.answer(new SearchRouter.Request(method, path, null, bytes));
  }

  private static void assertError(SearchRouter.Reply reply, int status, String reason) {
    assertThat(reply).isEqualTo(new SearchRouter.Reply(status, "{\"error\":\"" + reason + "\"}"));
  }

  @Test
  void aQuestionIsAnsweredAlikeFromQueryAndBody() throws IOException {
    SearchRouter.Reply asked = get("/search", "q=bread&k=1&filter=year%3D..1950");
    assertThat(asked.status()).isEqualTo(200);
    assertThat(asked.json())
        .startsWith(
            "{\"hits\":[{\"rank\":1,\"key\":{\"content_group\":\"noun\",\"content_id\":\"1\"},")
        .contains("\"ref\":\"Snoun/S1\",\"passage\":\"a place where bread is made\"}],\"rows\":2,");
    SearchRouter.Reply posted =
        send("POST", "/search", "{\"q\":\"bread\",\"k\":1,\"filter\":\"year=..1950\"}");
    assertThat(withoutTimes(posted)).isEqualTo(withoutTimes(asked));
  }

  private static String withoutTimes(SearchRouter.Reply reply) {
    return reply.json().replaceAll("\"millis\":\\{[^}]*}", "");
  }

  @Test
  void similarMapAndFieldsAnswer() throws IOException {
    assertThat(get("/similar", "ref=Snoun/S1").json()).contains("\"ref\":\"Snoun/S2\"");
    assertThat(get("/map", "q=whale").json()).startsWith("{\"question\":[").contains("\"at\":[");
    assertThat(get("/fields", "").json())
        .isEqualTo(
            "{\"keys\":[\"content_group\",\"content_id\"],\"text\":\"{content}\","
                + "\"filters\":{\"year\":\"number\"}}");
  }

  @Test
  void whatMakesNoSenseIsToldWhy() throws IOException {
    assertError(get("/search", ""), 400, "q: expected a question of 1 to 2000 characters");
    assertError(get("/search", "q=x&mode=best"), 400, "mode: expected semantic, keyword or hybrid");
    assertError(get("/search", "q=x&k=0"), 400, "k: expected 1 to 1000");
    assertError(get("/search", "q=x&k=1000000"), 400, "k: expected 1 to 1000");
    assertError(
        get("/search", "q=x&filter=colour%3Dred"),
        400,
        "filter: expected one of the index's filter fields, got 'colour'; fields=[year]");
    assertError(
        get("/search", "q=x&filter=year%3Dred"), 400, "filter: expected a number, got 'red'");
    assertError(get("/search", "q=x&minScore=NaN"), 400, "minScore: expected a number");
    String million = "y".repeat(1_000_000);
    assertError(
        get("/search", "q=" + million), 400, "q: expected a question of 1 to 2000 characters");
    assertError(
        send("POST", "/search", "{\"q\":\"" + million + "\"}"),
        413,
        "body: expected at most 65536 bytes, got 1000008");
    assertError(get("/similar", ""), 400, "ref: expected a row, got none");
    assertError(get("/similar", "ref=x"), 400, "key: expected S, N or B and a value, got 'x'");
    assertError(get("/", ""), 404, "path: expected /search, /explain, /similar, /map or /fields");
    assertError(send("PUT", "/search", ""), 405, "method: expected GET, HEAD or POST");
    assertError(send("GET", "/search", "{}"), 413, "body: expected at most 0 bytes, got 2");
    assertError(
        send("POST", "/search", " ".repeat(65_537)),
        413,
        "body: expected at most 65536 bytes, got 65537");
  }
}
