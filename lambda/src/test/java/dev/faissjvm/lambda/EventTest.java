package dev.faissjvm.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.lambda.testing.Events;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.search.SearchRouter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is taken from events, and what is answered. */
class EventTest {

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MakerEvent maker(String text) throws IOException {
    return MakerEvent.read(stream(text), KeyNames.recipe());
  }

  private static MakerReport report(MakerReport.Outcome outcome) {
    return new MakerReport(outcome, null, 0, 0, Duration.ZERO, "why");
  }

  @Test
  void schedulesAndPeopleOnlyWakeTheMaker() throws IOException {
    for (String event : new String[] {Events.SCHEDULER, Events.RULE, "{}"}) {
      assertThat(maker(event).stream()).as(event).isFalse();
      assertThat(maker(event).reply(report(MakerReport.Outcome.BUSY)).toString())
          .isEqualTo("{\"outcome\":\"busy\",\"reason\":\"why\"}");
    }
  }

  @Test
  void aBatchTellsOfRemovedRowsAndOfPoison() throws IOException {
    MakerEvent event =
        maker(
            Events.batch(
                Events.record("INSERT", "1", Events.keys("g", "a")),
                Events.record("REMOVE", "2", Events.keys("g", "b")),
                Events.record("REMOVE", "3", "{\"content_group\":{\"N\":\"x\"}}"),
                Events.record("REMOVE", "4", "{\"content_group\":{\"S\":\"g\"}}")));
    assertThat(event.removed()).containsExactly(RowKey.of("g", "b"));
    assertThat(event.poison())
        .extracting(MakerEvent.Poison::sequenceNumber)
        .containsExactly("3", "4");
    assertThat(event.reply(report(MakerReport.Outcome.DONE)).toString())
        .isEqualTo(
            "{\"batchItemFailures\":[{\"itemIdentifier\":\"3\"},{\"itemIdentifier\":\"4\"}]}");
    assertThat(event.reply(report(MakerReport.Outcome.STOPPED)).toString())
        .startsWith("{\"batchItemFailures\":[{\"itemIdentifier\":\"1\"}");
  }

  @Test
  void keysHaveTheTypesOfTheTable() throws IOException {
    String keys = "{\"content_group\":{\"N\":\"1.50\"},\"content_id\":{\"B\":\"AQI=\"}}";
    assertThat(maker(Events.batch(Events.record("REMOVE", "1", keys))).removed())
        .containsExactly(RowKey.of(1.5, new byte[] {1, 2}));
  }

  @Test
  void recordsOfAnotherSourceAreRefused() {
    String batch =
        Events.batch(Events.record("INSERT", "1", "{}")).replace("aws:dynamodb", "aws:s3");
    assertThatThrownBy(() -> maker(batch))
        .hasMessage("event: expected records of a DynamoDB stream, got another source's");
  }

  private static SearchRouter.Request request(String event) throws IOException {
    return HttpEvent.read(stream(event)).request();
  }

  @Test
  void theStageIsNoPartOfThePath() throws IOException {
    String event = Events.get("/prod/search", "q=a%20b");
    assertThat(request(event).path()).isEqualTo("/prod/search");
    assertThat(request(event.replace("$default\",\"http", "prod\",\"http")).path())
        .isEqualTo("/search");
    assertThat(request(event).query()).isEqualTo("q=a%20b");
    assertThat(request(Events.get("/", "")).query()).isNull();
  }

  @Test
  void whatIsNoRequestIsRefused() {
    assertThatThrownBy(() -> request("{\"version\":\"1.0\"}"))
        .hasMessage("event: expected a request of an HTTP API, payload format 2.0");
    assertThatThrownBy(() -> request("{")).hasMessage("event: expected JSON, got something else");
    assertThatThrownBy(() -> request(Events.http("POST", "/", "", "*", true, Map.of())))
        .hasMessage("body: expected base64, got something else");
  }

  @Test
  void anAnswerThatLambdaWouldNotCarryBecomesTheReason() {
    SearchRouter.Reply large = new SearchRouter.Reply(200, "x".repeat(HttpEvent.MAX_ANSWER_BYTES));
    assertThat(new String(HttpEvent.answer(large, Map.of("a", "b")), StandardCharsets.UTF_8))
        .startsWith("{\"statusCode\":400,\"headers\":{\"content-type\":")
        .contains("\"a\":\"b\"", "answer: expected at most 6287360 bytes, got 62", "hits with k");
  }
}
