package dev.faissjvm.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowReaderTest {

  private static final Columns SHORT = new Columns("g", "id", "text", "all");

  @TempDir Path folder = Path.of("");

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("rows"), text);
  }

  /**
   * The rows of a file, each as {@code line group id text fields} or the message of its refusal.
   */
  private static List<String> read(RowReader reader) throws IOException {
    List<String> rows = new ArrayList<>();
    try (reader) {
      while (true) {
        try {
          FileRow row = reader.next();
          if (row == null) {
            return rows;
          }
          rows.add(
              row.line()
                  + " "
                  + row.group()
                  + " "
                  + row.id()
                  + " "
                  + row.text()
                  + " "
                  + row.fields());
        } catch (BadLineException e) {
          rows.add(e.getMessage());
        }
      }
    }
  }

  @Test
  void aJsonObjectALineIsARow() throws IOException, BadLineException {
    Path file =
        file(
            "{\"content_group\":\"de\",\"content_id\":7,\"content\":\"Wort\",\"year\":1999,"
                + "\"ok\":true,\"tags\":[\"a\",2],\"none\":null}\n");
    try (JsonLines reader = JsonLines.of(Files.newInputStream(file), Columns.ofRecipe())) {
      assertThat(reader.next())
          .isEqualTo(
              new FileRow(
                  1,
                  "de",
                  "7",
                  "Wort",
                  Map.of("year", new BigDecimal(1999), "ok", true, "tags", "a, 2")));
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void aBadJsonLineIsNamedAndTheNextOneIsRead() throws IOException {
    Path file =
        file(
            """
            {"id":"1","text":"one"}

            {"id":"2",
            [1]
            {"id":"3"}
            {"id":"3","text":"  "}
            {"text":"x"}
            {"id":"4","text":"x","deep":{"a":1}}
            {"id":"5","text":"five"}
            """);
    assertThat(read(JsonLines.of(Files.newInputStream(file), SHORT)))
        .containsExactly(
            "1 all 1 one {}",
            "json: expected an object, got Unexpected end-of-input within/between Object entries;"
                + " line=3",
            "json: expected an object, got array; line=4",
            "text: expected the text of the row, got none; line=5",
            "text: expected the text of the row, got an empty text; line=6",
            "id: expected a part of the row's key, got none; line=7",
            "deep: expected text, a number, a boolean or a list of them, got an object; line=8",
            "9 all 5 five {}");
  }

  @Test
  void csvValuesMayHoldCommasQuotesAndLineBreaks() throws IOException {
    Path file =
        file(
            "\uFEFFid,text,note\r\n1,\"a, \"\"b\"\"\nc\",\r\n\n2,two,x\n3,\"\",x\n4,four\n5,five,\"y\"");
    assertThat(read(CsvFile.of(Files.newInputStream(file), SHORT)))
        .containsExactly(
            "2 all 1 a, \"b\"\nc {}",
            "5 all 2 two {note=x}",
            "text: expected the text of the row, got none; line=6",
            "csv: expected 3 columns, got 2; line=7",
            "8 all 5 five {note=y}");
  }

  @Test
  void aQuoteThatIsNeverClosedIsNamedByItsStart() throws IOException {
    Path file = file("id,text\n1,one\n2,\"two\n3,three\n");
    assertThat(read(CsvFile.of(Files.newInputStream(file), SHORT)))
        .containsExactly(
            "2 all 1 one {}", "csv: expected a closing quote, got the end of the file; line=3");
  }

  @Test
  void aCsvFileMustNameItsColumns() throws IOException {
    Path empty = file("");
    assertThatThrownBy(() -> CsvFile.of(Files.newInputStream(empty), SHORT))
        .isInstanceOf(IOException.class)
        .hasMessage("csv: expected a first line with the columns' names, got an empty file");
  }

  @Test
  void aRecordWithoutEndIsGivenUp() throws IOException {
    Path file = file("id,text\n1,\"" + "x".repeat(CsvFile.MAX_RECORD));
    assertThatThrownBy(() -> read(CsvFile.of(Files.newInputStream(file), SHORT)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "csv: expected a record of at most 4194304 characters, got more; a quote may be missing"
                + " its twin; line=2");
  }
}
