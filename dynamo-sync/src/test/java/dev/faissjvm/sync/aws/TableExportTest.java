package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.CorruptSnapshotException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports as AWS writes them. */
class TableExportTest {

  private static final RowKey LEASE = RowKey.of("faissjvm", "lease");
  private static final String ROW =
      "{\"Item\":{\"content_group\":{\"S\":\"g\"},\"content_id\":{\"S\":\"%s\"},%s}}";

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    write(
        "manifest-summary.json",
        "{\"version\":\"2020-06-30\",\"exportArn\":\"arn\",\"itemCount\":4,"
            + "\"outputFormat\":\"DYNAMODB_JSON\",\"exportType\":\"FULL_EXPORT\"}");
    write(
        "manifest-files.json",
        entry("one", 2) + "\n" + entry("none", 0) + "\n" + entry("two", 2) + "\n");
    data(
        "one",
        String.format(
            ROW,
            "a",
            "\"content\":{\"S\":\"text\"},\"n\":{\"N\":\"1.50\"},\"t\":{\"BOOL\":true},"
                + "\"z\":{\"NULL\":true},\"b\":{\"B\":\"AQI=\"},\"ss\":{\"SS\":[\"x\",\"y\"]},"
                + "\"ns\":{\"NS\":[\"1\",\"2\"]},\"bs\":{\"BS\":[\"AQ==\"]},"
                + "\"l\":{\"L\":[{\"S\":\"e\"},{\"M\":{\"m\":{\"N\":\"7\"}}}]},"
                + "\"version\":{\"N\":\"3\"},\"faiss_pending\":{\"N\":\"1\"}"),
        String.format(ROW, "b", "\"content\":{\"S\":\"gone\"},\"deleted\":{\"BOOL\":true}"));
    data("none");
    data(
        "two",
        "{\"Item\":{\"content_group\":{\"S\":\"faissjvm\"},\"content_id\":{\"S\":\"lease\"}}}",
        String.format(ROW, "c", "\"content\":{\"S\":\"third\"}"));
  }

  private static String entry(String name, int rows) {
    return "{\"itemCount\":"
        + rows
        + ",\"etag\":\"x\",\"dataFileS3Key\":\"p/AWSDynamoDB/0-1/data/"
        + name
        + ".json.gz\"}";
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void data(String name, String... lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      for (String line : lines) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    Files.write(file(name), bytes.toByteArray());
  }

  private Path file(String name) {
    return folder.resolve("data").resolve(name + ".json.gz");
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    TableExport export =
        new TableExport(ExportFiles.ofFolder(folder), TableLayout.recipe("t"), LEASE);
    try (RowPages<Row> pages = export.rows()) {
      for (Optional<List<Row>> page = pages.next(); page.isPresent(); page = pages.next()) {
        rows.addAll(page.get());
      }
    }
    return rows;
  }

  @Test
  void everyTypeIsReadAndTheLeaseIsLeftOut() {
    List<Row> rows = rows();

    assertThat(rows).extracting(row -> row.key().sort()).containsExactly("a", "b", "c");
    Row first = rows.get(0);
    assertThat(first.pending()).isTrue();
    assertThat(first.version()).isEqualTo(new BigDecimal(3));
    assertThat(rows.get(1).deleted()).isTrue();
    assertThat(first.attributes())
        .containsEntry("content", "text")
        .containsEntry("n", new BigDecimal("1.5"))
        .containsEntry("t", true)
        .containsEntry("z", Row.Null.NULL)
        .containsEntry("b", ByteBuffer.wrap(new byte[] {1, 2}))
        .containsEntry("ss", Set.of("x", "y"))
        .containsEntry("ns", Set.of(BigDecimal.ONE, new BigDecimal(2)))
        .containsEntry("bs", Set.of(ByteBuffer.wrap(new byte[] {1})))
        .containsEntry("l", List.of("e", Map.of("m", new BigDecimal(7))));
  }

  @Test
  void aFileThatIsCutOffAnywhereIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(file("one"));
    for (int length = 0; length < whole.length; length++) {
      Files.write(file("one"), Arrays.copyOf(whole, length));
      assertThatThrownBy(this::rows)
          .as("%d bytes", length)
          .isInstanceOf(CorruptSnapshotException.class);
    }
  }

  @Test
  void whatIsWrongIsSaidWithFileAndLine() throws IOException {
    data("one", String.format(ROW, "a", "\"content\":{\"S\":\"text\"}"), "{\"Item\":{\"x\":1}}");
    assertThatThrownBy(this::rows)
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessage(
            "export: expected a row of the table, got value: expected an object of one type, got 1;"
                + " export="
                + folder
                + ", file=data/one.json.gz, line=2; copy the export again, or make another");
    data("one", String.format(ROW, "a", "\"content\":{\"S\":\"text\"}"));
    assertThatThrownBy(this::rows).hasMessageContaining("expected 2 rows, got 1; export=");
    Files.delete(file("one"));
    assertThatThrownBy(this::rows).hasMessageContaining("expected a whole file, got ");
    write("manifest-summary.json", "{\"outputFormat\":\"ION\",\"exportType\":\"FULL_EXPORT\"}");
    assertThatThrownBy(this::rows)
        .hasMessageContaining("expected a FULL_EXPORT in DYNAMODB_JSON, got FULL_EXPORT in ION");
    Files.delete(folder.resolve("manifest-summary.json"));
    assertThatThrownBy(this::rows).hasMessageContaining("file=manifest-summary.json");
  }
}
