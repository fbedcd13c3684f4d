package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.CorruptSnapshotException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.testing.TableExports;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** An export has the rows of its table. */
class TableExportIT {

  private static final int ROWS = 1_203;
  private static final String PREFIX = "exports/AWSDynamoDB/01-a";

  @TempDir static Path folder;
  private static DynamoDbLocal database;
  private static S3ProxyServer server;
  private static S3Client s3;
  private static ContentTable table;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    database = DynamoDbLocal.inMemory();
    DynamoDbClient client = database.client();
    server = S3ProxyServer.fork(folder);
    s3 = server.client();
    s3.createBucket(request -> request.bucket("bulk"));
    table = ContentTable.create(client, TableLayout.recipe("words"));
    Map<RowKey, Map<String, Object>> rows = new HashMap<>();
    for (int i = 0; i < ROWS; i++) {
      rows.put(RowKey.of("group" + i % 3, "row" + i), attributes(i));
    }
    table.load(rows);
    table.delete(RowKey.of("group0", "row0"));
    table.lease("somebody", Duration.ofMinutes(1)).acquire();
    TableExports.write(client, "words", s3, "bulk", PREFIX, 3);
  }

  private static Map<String, Object> attributes(int i) {
    return Map.of(
        "content",
        "text \u00e9 \"" + i + "\"\nline",
        "number",
        i,
        "truth",
        i % 2 == 0,
        "bytes",
        ByteBuffer.wrap(new byte[] {1, (byte) i}),
        "list",
        List.of("a", i, Map.of("deep", List.of())),
        "words",
        new LinkedHashSet<>(List.of("x", "y" + i)),
        "numbers",
        Set.of(i, i + 1),
        "nothing",
        Row.Null.NULL);
  }

  @AfterAll
  static void stop() {
    s3.close();
    server.close();
    database.close();
  }

  private static Map<RowKey, Row> all(TableRows rows) {
    Map<RowKey, Row> all = new HashMap<>();
    try (RowPages<Row> pages = rows.rows()) {
      for (Optional<List<Row>> page = pages.next(); page.isPresent(); page = pages.next()) {
        page.get().forEach(row -> assertThat(all.put(row.key(), row)).isNull());
      }
    }
    return all;
  }

  @Test
  void itsRowsAreThoseOfTheTable() {
    assertThat(all(table.export(s3, "bulk", PREFIX).rows(0, 1))).isEqualTo(all(table.rows()));
  }

  @Test
  void eachRowIsInOnePart() {
    TableExport export = table.export(s3, "bulk", PREFIX + "/");
    Map<RowKey, Row> together = new HashMap<>();
    for (int part = 0; part < 5; part++) {
      all(export.rows(part, 5)).forEach((key, row) -> assertThat(together.put(key, row)).isNull());
    }

    assertThat(export.files()).isEqualTo(3);
    assertThat(together).isEqualTo(all(table.rows()));
  }

  @Test
  void eachRowIsInOneSegmentOfTheTable() {
    Map<RowKey, Row> together = new HashMap<>();
    for (int segment = 0; segment < 4; segment++) {
      all(table.rows(segment, 4))
          .forEach((key, row) -> assertThat(together.put(key, row)).isNull());
    }

    assertThat(together).hasSize(ROWS).isEqualTo(all(table.rows()));
    assertThatThrownBy(() -> table.rows(4, 4))
        .hasMessage("segment: expected one of 1 to 1000000, got 4 of 4");
  }

  @Test
  void aPlaceWithoutAnExportIsTold() {
    assertThatThrownBy(() -> table.export(s3, "bulk", "nowhere"))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessage(
            "export: expected the object s3://bulk/nowhere/manifest-files.json, got none; name the"
                + " folder of a finished export, .../AWSDynamoDB/ID");
  }

  @Test
  void aFileThatIsNotWholeIsTold() {
    byte[] file =
        s3.getObjectAsBytes(r -> r.bucket("bulk").key(PREFIX + "/data/file0.json.gz"))
            .asByteArray();
    for (int cut : new int[] {0, 5, file.length / 2, file.length - 1}) {
      s3.putObject(
          r -> r.bucket("bulk").key("cut/data/file0.json.gz"),
          RequestBody.fromBytes(Arrays.copyOf(file, cut)));
      s3.putObject(
          r -> r.bucket("bulk").key("cut/manifest-files.json"),
          RequestBody.fromString(
              "{\"itemCount\":401,\"dataFileS3Key\":\"cut/data/file0.json.gz\"}\n"));

      assertThatThrownBy(() -> all(table.export(s3, "bulk", "cut").rows(0, 1)))
          .as("cut at " + cut)
          .isInstanceOf(CorruptSnapshotException.class)
          .hasMessageStartingWith("export: expected ")
          .hasMessageEndingWith("; file=cut/data/file0.json.gz");
    }
  }

  @Test
  void aFileWithOtherItemsThanTheManifestSaysIsTold() {
    s3.putObject(
        r -> r.bucket("bulk").key("few/manifest-files.json"),
        RequestBody.fromString(
            "{\"itemCount\":7,\"dataFileS3Key\":\"" + PREFIX + "/data/file0.json.gz\"}\n"));

    assertThatThrownBy(() -> all(table.export(s3, "bulk", "few").rows(0, 1)))
        .hasMessage("export: expected 7 items, got 402; file=" + PREFIX + "/data/file0.json.gz");
  }
}
