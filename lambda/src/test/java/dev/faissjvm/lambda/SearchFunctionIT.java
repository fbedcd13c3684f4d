package dev.faissjvm.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.lambda.testing.Deployment;
import dev.faissjvm.lambda.testing.Events;
import dev.faissjvm.lambda.testing.FunctionProcess;
import dev.faissjvm.lambda.testing.RuntimeApi;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.change.RowKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search function in a process of its own, as the image starts it, on real events. */
class SearchFunctionIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "a key of more than 16";
  private static final Map<String, String> WITH_KEY = Map.of("x-api-key", KEY);

  @TempDir Path storage;

  private static JsonNode answer(FunctionProcess search, String event) throws IOException {
    RuntimeApi.Answer answer = search.invoke(event, Duration.ofSeconds(29));
    assertThat(answer.failed()).as(answer.text()).isFalse();
    return JSON.readTree(answer.text());
  }

  private static String http(String method, String path, String query, @Nullable String body) {
    return Events.http(method, path, query, body, false, WITH_KEY);
  }

  private static void assertStatus(FunctionProcess search, String event, int status, String text)
      throws IOException {
    JsonNode answer = answer(search, event);
    assertThat(answer.path("statusCode").asInt()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.path("body").asText()).contains(text);
  }

  @Test
  void everyKindOfRequestGetsItsAnswer() throws IOException {
    try (DynamoDbLocalServer database = DynamoDbLocalServer.fork(null);
        Deployment deployment = new Deployment(database, "words", storage)) {
      deployment.environment.put("FAISSJVM_API_KEY", KEY);
      deployment.environment.put("FAISSJVM_CORS_ORIGIN", "https://shop.example");
      deployment.table.put(
          RowKey.of("noun", "bakery"), Map.of("content", "a place where bread is made"));
      deployment.table.put(
          RowKey.of("noun", "whale"), Map.of("content", "a very large sea mammal"));
      try (FunctionProcess search = deployment.start(SearchFunction.class);
          FunctionProcess maker = deployment.start(IndexMaker.class)) {
        assertStatus(
            search,
            http("GET", "/search", "q=bread", null),
            503,
            "index: expected one, got none yet; run the index maker");
        maker.invoke("{}", Duration.ofMinutes(5));
        answers(search);
        refusals(search);
        deployment.table.put(
            RowKey.of("noun", "oven"), Map.of("content", "a chamber in which loaves are baked"));
        maker.invoke("{}", Duration.ofMinutes(5));
        assertNewRowIsFound(search);
      }
    }
  }

  private static void answers(FunctionProcess search) throws IOException {
    JsonNode got = answer(search, http("GET", "/search", "q=where+bread+is+made&k=1", null));
    assertThat(got.path("statusCode").asInt()).isEqualTo(200);
    assertThat(got.path("headers").path("access-control-allow-origin").asText())
        .isEqualTo("https://shop.example");
    assertThat(got.path("body").asText())
        .startsWith(
            "{\"hits\":[{\"rank\":1,\"key\":{\"content_group\":\"noun\",\"content_id\":\"bakery\"}");
    String json = "{\"q\":\"a big animal of the sea\",\"k\":1}";
    assertStatus(search, http("POST", "/search", "", json), 200, "\"content_id\":\"whale\"");
    String base64 = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    assertStatus(
        search,
        Events.http("POST", "/search", "", base64, true, WITH_KEY),
        200,
        "\"content_id\":\"whale\"");
    JsonNode preflight =
        answer(search, Events.http("OPTIONS", "/search", "", null, false, Map.of()));
    assertThat(preflight.path("statusCode").asInt()).isEqualTo(204);
    assertThat(preflight.path("headers").path("access-control-allow-headers").asText())
        .isEqualTo("content-type, x-api-key");
  }

  private static void refusals(FunctionProcess search) throws IOException {
    assertStatus(
        search,
        http("GET", "/search", "", null),
        400,
        "q: expected a question of 1 to 2000 characters");
    assertStatus(search, http("GET", "/search", "q=x&k=0", null), 400, "k: expected 1 to 1000");
    assertStatus(search, http("POST", "/search", "", "{"), 400, "body: expected a JSON object");
    assertStatus(
        search,
        Events.http("POST", "/search", "", "no base64!", true, WITH_KEY),
        400,
        "body: expected base64, got something else");
    assertStatus(search, http("GET", "/admin", "", null), 404, "path: expected /search");
    assertStatus(search, http("DELETE", "/search", "", null), 405, "method: expected");
    assertStatus(
        search,
        http("POST", "/search", "", "x".repeat(6 * 1024 * 1024)),
        413,
        "body: expected at most 65536 bytes, got 6291456");
    assertStatus(search, Events.get("/search", "q=bread"), 401, "x-api-key: expected the key");
    assertStatus(search, "{}", 400, "event: expected a request of an HTTP API");
  }

  /** A commit is searched half a second after it was made, at the latest. */
  private static void assertNewRowIsFound(FunctionProcess search) throws IOException {
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    String body = "";
    while (!body.contains("\"content_id\":\"oven\"")) {
      assertThat(System.nanoTime()).as(body).isLessThan(until);
      body = answer(search, http("GET", "/search", "q=loaves", null)).path("body").asText();
    }
  }

  /** A pipe that nobody writes to: whoever opens it waits for ever, as for a storage that hangs. */
  @Test
  void aStorageThatHangsIsAnsweredInTime() throws IOException, InterruptedException {
    Path index = Files.createDirectories(storage.resolve("index/index-000001"));
    assertThat(
            new ProcessBuilder("mkfifo", index.resolve("segments_1").toString()).start().waitFor())
        .isZero();
    try (DynamoDbLocalServer database = DynamoDbLocalServer.fork(null);
        Deployment deployment = new Deployment(database, "hanging", storage);
        FunctionProcess search = deployment.start(SearchFunction.class)) {
      String event = Events.get("/search", "q=bread");
      for (String reason :
          new String[] {"an answer within 2 s", "an answer within 2 s", "a free thread"}) {
        RuntimeApi.Answer answer = search.invoke(event, Duration.ofSeconds(4));
        JsonNode json = JSON.readTree(answer.text());
        assertThat(json.path("statusCode").asInt()).as(answer.text()).isEqualTo(503);
        assertThat(json.path("body").asText())
            .isEqualTo("{\"error\":\"search: expected " + reason + ", got none\"}");
      }
    }
  }
}
