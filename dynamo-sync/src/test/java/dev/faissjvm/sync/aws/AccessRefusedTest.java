package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.AccessRefusedException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Every call to the table and to the object store, refused: each says which one it was. */
class AccessRefusedTest {

  private static final TableLayout LAYOUT = TableLayout.recipe("words");
  private static final RowKey KEY = RowKey.of("noun", "bakery");

  private final RecordingClient client =
      new RecordingClient(
          request -> {
            throw AwsFailuresTest.service("AccessDeniedException", 400, "not you");
          });

  private static void assertRefused(String what, ThrowingCallable call) {
    assertThatThrownBy(call)
        .as(what)
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageStartingWith(what + ": expected an answer, got access refused: not you");
  }

  @Test
  void ofTheTable() {
    DocumentMapping mapping = DocumentMapping.recipe();
    DynamoPendingRows scanned = new DynamoPendingRows(client, LAYOUT, mapping, KEY);
    DynamoPendingRows queried =
        new DynamoPendingRows(client, LAYOUT.withPendingValues(2), mapping, KEY);
    TableWriter writer = new TableWriter(client, LAYOUT);
    LeaseItem lease = new LeaseItem(client, LAYOUT, KEY);
    LeaseItem.State state = new LeaseItem.State("one", "process", 5, 1_000);
    Row row = new Row(KEY, Map.of("content", "a text"), null, true, false);

    assertRefused("describe table words", () -> ContentTable.open(client, LAYOUT));
    assertRefused("list pending rows of words", () -> scanned.candidates().next());
    assertRefused("list pending rows of words", () -> queried.candidates().next());
    assertRefused("read rows of words", () -> scanned.read(List.of(KEY)));
    assertRefused("clear a row of words", () -> scanned.clear(row));
    assertRefused("delete a row of words", () -> scanned.remove(row));
    assertRefused(
        "list rows of words", () -> new DynamoTableRows(client, LAYOUT, KEY, 0, 1).rows().next());
    assertRefused("write a row of words", () -> writer.put(KEY, Map.of("content", "a text")));
    assertRefused("write a row of words", () -> writer.delete(KEY));
    assertRefused("write rows of words", () -> writer.load(Map.of(KEY, Map.of("content", "x"))));
    assertRefused("read the lease in words", lease::read);
    assertRefused("write the lease in words", () -> lease.create(state));
  }

  @Test
  void ofTheObjectStore(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "content");
    try (S3Client refusing =
        S3Clients.builder()
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .overrideConfiguration(override -> override.addExecutionInterceptor(new Refusal()))
            .build()) {
      SnapshotStore store = S3SnapshotStore.of(refusing, "bucket", "words/");
      String place = "s3://bucket/words/";

      assertRefused("create " + place + "m", () -> store.create("m", new byte[1]));
      assertRefused("write " + place + "f", () -> store.put("f", file));
      assertRefused("read " + place + "m", () -> store.read("m"));
      assertRefused("read " + place + "f", () -> store.fetch("f", folder.resolve("other")));
      assertRefused("list " + place + "m", () -> store.list("m"));
      assertRefused("delete " + place + "f", () -> store.delete("f"));
      TableExport export =
          new TableExport(ExportFiles.ofS3(refusing, "bucket", "words"), LAYOUT, KEY);
      assertRefused("read " + place + "manifest-summary.json", () -> export.rows().next());
    }
  }

  /** Answers nothing. */
  private static final class Refusal implements ExecutionInterceptor {
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      throw S3Exception.builder()
          .statusCode(403)
          .awsErrorDetails(
              AwsErrorDetails.builder().errorCode("AccessDenied").errorMessage("not you").build())
          .build();
    }
  }
}
