package dev.faissjvm.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.lambda.testing.Deployment;
import dev.faissjvm.lambda.testing.Events;
import dev.faissjvm.lambda.testing.FunctionProcess;
import dev.faissjvm.lambda.testing.RuntimeApi;
import dev.faissjvm.lambda.testing.S3Folder;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.change.RowKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maker and search without a folder that both see: the index goes by S3, as snapshots. */
class SnapshotsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static String search(FunctionProcess search, String words, int status)
      throws IOException {
    String event = Events.get("/search", "k=1&q=" + words.replace(' ', '+'));
    JsonNode answer = JSON.readTree(search.invoke(event, Duration.ofSeconds(29)).text());
    assertThat(answer.path("statusCode").asInt()).as(answer.toString()).isEqualTo(status);
    return answer.path("body").asText();
  }

  private static JsonNode run(FunctionProcess maker) throws IOException {
    RuntimeApi.Answer answer = maker.invoke("{}", Duration.ofMinutes(5));
    assertThat(answer.failed()).as(answer.text()).isFalse();
    return JSON.readTree(answer.text());
  }

  @Test
  void aSearchFollowsTheSnapshotsOfTheMaker() throws Exception {
    Path bucket = folder.resolve("s3/bucket/snapshots");
    try (S3Folder s3 = new S3Folder(folder.resolve("s3"));
        DynamoDbLocalServer database = DynamoDbLocalServer.fork(null);
        Deployment deployment = new Deployment(database, "words", folder.resolve("maker"))) {
      deployment.environment.put("AWS_ENDPOINT_URL_S3", s3.endpoint());
      deployment.environment.put("FAISSJVM_SNAPSHOTS", "s3://bucket/snapshots");
      deployment.environment.put("FAISSJVM_REFRESH_SECONDS", "1");
      try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
        deployment.environment.put("FAISSJVM_STORAGE", folder.resolve("tmp").toString());
        try (FunctionProcess search = deployment.start(SearchFunction.class)) {
          assertThat(search(search, "bread", 503)).contains("index: expected one, got none yet");
          deployment.table.put(
              RowKey.of("noun", "bakery"), Map.of("content", "a place where bread is made"));
          assertThat(run(maker).path("embedded").asInt()).isEqualTo(1);
          assertThat(manifests(bucket)).hasSize(1);
          Thread.sleep(1_100);
          assertThat(search(search, "bread", 200)).contains("bakery");

          deployment.table.put(
              RowKey.of("noun", "whale"), Map.of("content", "a very large sea mammal"));
          run(maker);
          assertThat(manifests(bucket)).hasSize(2);
          Thread.sleep(1_100);
          assertThat(search(search, "a big animal of the sea", 200)).contains("whale");

          int calls = s3.calls();
          assertThat(run(maker).path("outcome").asText()).isEqualTo("idle");
          assertThat(s3.calls()).as("nothing to do asks S3 nothing").isEqualTo(calls);

          s3.down(true);
          Thread.sleep(1_100);
          assertThat(search(search, "bread", 200)).as("the index it has").contains("bakery");
          assertThat(search.output())
              .anyMatch(line -> line.startsWith("snapshot: the one before is searched: "));
          deployment.table.put(
              RowKey.of("noun", "oven"), Map.of("content", "loaves are baked in it"));
          assertThat(maker.invoke("{}", Duration.ofMinutes(5)).failed())
              .as("a commit that cannot be published fails, and is not lost")
              .isTrue();
          s3.down(false);
          assertThat(run(maker).path("outcome").asText()).isEqualTo("idle");
          assertThat(manifests(bucket)).hasSize(3);
          Thread.sleep(1_100);
          assertThat(search(search, "where loaves are baked", 200)).contains("oven");
        }
      }
    }
  }

  private static List<Path> manifests(Path bucket) throws IOException {
    try (Stream<Path> files = Files.list(bucket)) {
      return files.filter(file -> file.getFileName().toString().startsWith("manifest")).toList();
    }
  }
}
