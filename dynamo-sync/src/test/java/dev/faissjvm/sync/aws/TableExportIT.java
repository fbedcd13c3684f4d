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

  private static TableExport export(String prefix) {
    return table.exported(ExportFiles.ofS3(s3, "bulk", prefix));
  }

  @Test
  void itsRowsAreThoseOfTheTable() {
    assertThat(all(export(PREFIX).rows(0, 1))).isEqualTo(all(table.rows()));
  }

  @Test
  void eachRowIsInOnePart() {
    TableExport export = export(PREFIX + "/");
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
  void aFileWithOtherBytesThanTheManifestSaysIsTold() {
    String manifest =
        s3.getObjectAsBytes(r -> r.bucket("bulk").key(PREFIX + "/manifest-files.json"))
            .asUtf8String();
    for (String name : List.of("manifest-summary.json", "data/file0.json.gz")) {
      byte[] bytes =
          s3.getObjectAsBytes(r -> r.bucket("bulk").key(PREFIX + "/" + name)).asByteArray();
      s3.putObject(r -> r.bucket("bulk").key("other/" + name), RequestBody.fromBytes(bytes));
    }
    String first = manifest.lines().filter(line -> line.contains("file0")).findFirst().orElse("");
    s3.putObject(
        r -> r.bucket("bulk").key("other/manifest-files.json"),
        RequestBody.fromString(
            first.replaceFirst("\"md5Checksum\":\"....", "\"md5Checksum\":\"AAAA")));

    assertThatThrownBy(() -> all(export("other").rows(0, 1)))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageStartingWith("export: expected MD5 AAAA")
        .hasMessageContaining("file=data/file0.json.gz");
  }
}
