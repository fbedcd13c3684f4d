package dev.faissjvm.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.lambda.testing.Deployment;
import dev.faissjvm.lambda.testing.Events;
import dev.faissjvm.lambda.testing.FunctionProcess;
import dev.faissjvm.lambda.testing.RuntimeApi;
import dev.faissjvm.lambda.testing.S3Folder;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.Verifier;
import dev.faissjvm.sync.VerifyReport;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The maker in a process of its own, as the image starts it, on real events and DynamoDB Local. */
class IndexMakerIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What every model needs first. */
  private static final String MODELS_LIBRARY = "libfaissjvm-embedder";

  private static final Duration TIME = Duration.ofMinutes(5);
  private static DynamoDbLocalServer database;

  @TempDir Path folder;
  private Path storage;
  private Deployment deployment;

  @BeforeAll
  static void startDatabase() throws IOException {
    database = DynamoDbLocalServer.fork(null);
  }

  @AfterAll
  static void stopDatabase() {
    database.close();
  }

  @BeforeEach
  void deploy(TestInfo test) throws IOException {
    storage = folder.resolve("storage");
    String name = test.getTestMethod().orElseThrow().getName();
    deployment = new Deployment(database, name, storage);
  }

  @AfterEach
  void undeploy() {
    deployment.close();
  }

  private static JsonNode run(FunctionProcess maker, String event) throws IOException {
    RuntimeApi.Answer answer = maker.invoke(event, TIME);
    assertThat(answer.failed()).as(answer.text()).isFalse();
    return JSON.readTree(answer.text());
  }

  /** Compares every row with the index, by what was indexed. */
  private void assertTrue(int rows) throws IOException {
    VerifyReport report =
        Verifier.byHash(deployment.table.rows(), DocumentMapping.recipe(), storage.resolve("index"))
            .verify(SyncProgress.SILENT);
    assertThat(report.isTrue()).as(report.toString()).isTrue();
    assertThat(report.rows()).isEqualTo(rows);
    assertThat(deployment.pending()).isZero();
  }

  @Test
  void theFirstRunFetchesTheModelAndLaterOnesDoWhatIsPending() throws Exception {
    Path bucket = folder.resolve("s3/bucket/models/mini");
    copyWithList(DefaultModel.folder(), bucket);
    deployment.fill("noun", 20);
    try (S3Folder s3 = new S3Folder(folder.resolve("s3"))) {
      deployment.environment.put("AWS_ENDPOINT_URL_S3", s3.endpoint());
      deployment.environment.put("FAISSJVM_MODEL", "s3://bucket/models/mini");
      try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
        JsonNode first = run(maker, Events.SCHEDULER);
        assertThat(first.path("outcome").asText()).isEqualTo("done");
        assertThat(first.path("embedded").asInt()).isEqualTo(20);
        assertThat(first.path("left").asInt(-1)).isZero();
        deployment.table.delete(RowKey.of("noun", "r3"));
        deployment.table.put(RowKey.of("noun", "none"), Map.of("title", "no content"));
        JsonNode second = run(maker, Events.RULE);
        assertThat(second.path("removed").asInt()).isEqualTo(1);
        assertThat(second.path("parked").asInt()).isEqualTo(1);
        assertThat(run(maker, "{}").path("outcome").asText()).isEqualTo("idle");
        assertThat(maker.output())
            .anyMatch(line -> line.contains("\"RowsIndexed\":20,\"RowsLeft\":0,\"RowsParked\":0"));
      }
      int reads = s3.reads();
      deployment.table.put(RowKey.of("noun", "new"), Map.of("content", "a new text"));
      try (FunctionProcess other = deployment.start(IndexMaker.class)) {
        assertThat(run(other, "{}").path("embedded").asInt()).isEqualTo(1);
      }
      assertThat(s3.reads()).as("the model is on the storage").isEqualTo(reads);
    }
    assertTrue(21);
    try (Stream<Path> models = Files.list(storage.resolve("models"))) {
      assertThat(models).hasSize(1);
    }
  }

  private static List<Path> copy(Path model, Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(model)) {
      List<Path> files = all.filter(Files::isRegularFile).toList();
      for (Path file : files) {
        Path copy = folder.resolve(model.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      return files;
    }
  }

  private static void copyWithList(Path model, Path bucket)
      throws IOException, NoSuchAlgorithmException {
    StringBuilder list = new StringBuilder();
    for (Path file : copy(model, bucket)) {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      list.append(HexFormat.of().formatHex(sum) + "  ./" + model.relativize(file) + "\n");
    }
    Files.writeString(bucket.resolve("SHA256SUMS"), list);
  }

  @Test
  void whereNothingIsPendingTheModelIsNotLoaded() throws IOException {
    deployment.fill("noun", 3);
    try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
      run(maker, "{}");
      assertThat(maker.hasMapped(MODELS_LIBRARY)).isTrue();
    }
    try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
      assertThat(run(maker, "{}").path("outcome").asText()).isEqualTo("idle");
      assertThat(maker.hasMapped(MODELS_LIBRARY)).isFalse();
    }
  }

  @Test
  void theImageHasLibtorchForProcessorsWithoutKernels() throws IOException {
    List<Path> natives = Deployment.natives();
    deployment.fill("noun", 3);
    deployment.environment.put("JAVA_TOOL_OPTIONS", "-Dembedder.kernels=none");
    try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
      assertThat(run(maker, "{}").path("embedded").asInt()).isEqualTo(3);
      assertThat(maker.hasMapped("libtorch_cpu")).isTrue();
    }
    assertThat(Deployment.natives()).as("unpacked at run time").isEqualTo(natives);
  }

  @Test
  void anotherModelBuildsTheIndexAnewOverSeveralCalls() throws IOException {
    deployment.fill("noun", 3_000);
    try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
      run(maker, "{}");
    }
    Path other = folder.resolve("other");
    copy(DefaultModel.folder(), other);
    Path limits = other.resolve("sentence_bert_config.json");
    String half = "{\"max_seq_length\": 128, \"do_lower_case\": false}";
    assertThat(Files.readString(limits)).isNotEqualToIgnoringWhitespace(half);
    Files.writeString(limits, half);
    deployment.environment.put("FAISSJVM_MODEL", other.toString());
    deployment.table.put(RowKey.of("noun", "r1"), Map.of("content", "changed meanwhile"));
    try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
      RuntimeApi.Answer short1 = maker.invoke("{}", Duration.ofSeconds(6));
      JsonNode stopped = JSON.readTree(short1.text());
      assertThat(stopped.path("outcome").asText()).as(short1.text()).isEqualTo("stopped");
      JsonNode done = run(maker, "{}");
      assertThat(done.path("outcome").asText()).isEqualTo("done");
      assertThat(done.path("embedded").asInt() + stopped.path("embedded").asInt())
          .isBetween(2_999, 3_001);
      assertThat(run(maker, "{}").path("outcome").asText()).isEqualTo("idle");
    }
    assertTrue(3_000);
    try (FunctionProcess search = deployment.start(SearchFunction.class)) {
      RuntimeApi.Answer answer = search.invoke(Events.get("/search", "q=changed&k=1"), TIME);
      assertThat(answer.text()).contains("\"statusCode\":200").contains("changed meanwhile");
    }
  }

  @Test
  void ofAStreamBatchOnlyThePoisonComesAgain() throws IOException {
    deployment.fill("noun", 4);
    try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
      run(maker, "{}");
      deployment.vanish("noun", "r1");
      deployment.table.put(RowKey.of("noun", "r9"), Map.of("content", "nine"));
      JsonNode reply =
          run(
              maker,
              Events.batch(
                  Events.record("INSERT", "100", Events.keys("noun", "r9")),
                  Events.record("MODIFY", "200", "{\"other\":{\"S\":\"x\"}}"),
                  Events.record("REMOVE", "300", Events.keys("noun", "r1")),
                  Events.record("REMOVE", "400", Events.keys("noun", "r2"))));
      assertThat(reply.toString())
          .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"200\"}]}");
      assertThat(maker.output())
          .contains(
              "poison: record key: expected S, N or B under content_group, got none;"
                  + " sequence=200");
      assertTrue(4);
    }
  }

  @Test
  void whenTimeRunsOutTheRunStopsCleanlyAndSaysWhatIsLeft() throws IOException {
    deployment.fill("warm", 1);
    try (FunctionProcess maker = deployment.start(IndexMaker.class)) {
      run(maker, "{}");
      deployment.fill("noun", 10_000);
      Duration margin = Duration.ofSeconds(5);
      RuntimeApi.Answer answer = maker.invoke("{}", margin.plusMillis(500));
      JsonNode stopped = JSON.readTree(answer.text());
      assertThat(stopped.path("outcome").asText()).as(answer.text()).isEqualTo("stopped");
      int left = stopped.path("left").asInt();
      assertThat(left).isEqualTo(deployment.pending()).isPositive();
      assertThat(left + stopped.path("embedded").asInt()).as(answer.text()).isEqualTo(10_000);
      RuntimeApi.Answer batch =
          maker.invoke(
              Events.batch(Events.record("INSERT", "7", Events.keys("noun", "r1"))),
              margin.plusMillis(500));
      assertThat(batch.text())
          .as("a batch that leaves rows comes again")
          .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"7\"}]}");
      RuntimeApi.Answer late = maker.invoke("{}", Duration.ofSeconds(4));
      assertThat(late.failed()).isTrue();
      assertThat(late.text())
          .contains("time: expected more than the margin of 5 s, got ")
          .contains("raise the function's timeout, or lower FAISSJVM_MARGIN_SECONDS");
    }
  }

  @Test
  void aKillInMidRunAndTwoCopiesAtOnceLoseNothing() throws IOException, InterruptedException {
    deployment.fill("noun", 800);
    try (FunctionProcess killed = deployment.start(IndexMaker.class)) {
      CompletableFuture<RuntimeApi.Answer> answer = killed.send("{}", TIME);
      long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!Files.exists(storage.resolve("index/index-000001/write.lock"))) {
        assertThat(System.nanoTime()).isLessThan(until);
        Thread.sleep(20);
      }
      killed.kill();
      assertThatThrownBy(() -> FunctionProcess.await(answer)).hasMessageContaining("got its end");
    }
    assertThat(deployment.pending()).isPositive();
    try (FunctionProcess one = deployment.start(IndexMaker.class);
        FunctionProcess two = deployment.start(IndexMaker.class)) {
      List<CompletableFuture<RuntimeApi.Answer>> both =
          List.of(one.send("{}", TIME), two.send("{}", TIME));
      List<String> outcomes =
          List.of(outcome(both.get(0)), outcome(both.get(1))).stream().sorted().toList();
      assertThat(outcomes).isEqualTo(List.of("busy", "done"));
    }
    assertTrue(800);
  }

  private static String outcome(CompletableFuture<RuntimeApi.Answer> answer) throws IOException {
    return JSON.readTree(FunctionProcess.await(answer).text()).path("outcome").asText();
  }

  @Test
  void whatIsWrongWithTheSettingsIsSaidAtTheStart() {
    deployment.environment.remove("FAISSJVM_TABLE");
    deployment.environment.put("FAISSJVM_TABEL", "words");
    assertThatThrownBy(() -> deployment.start(IndexMaker.class).close())
        .hasStackTraceContaining(
            "FAISSJVM_TABLE: expected a value, got none;"
                + " FAISSJVM_TABEL: expected one of the known names");
  }
}
