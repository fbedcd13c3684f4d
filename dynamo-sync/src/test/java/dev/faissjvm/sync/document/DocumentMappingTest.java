package dev.faissjvm.sync.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is taken from a row, and each reason why nothing can be. */
class DocumentMappingTest {

  private static final RowKey KEY = RowKey.of("g", "k");

  private final DocumentMapping mapping =
      DocumentMapping.of(KeyNames.recipe(), "{title}. {body.summary}")
          .withFilter("year", FieldType.NUMBER)
          .withFilter("body.kind", FieldType.STRING);

  private static Row row(Map<String, Object> attributes) {
    return new Row(KEY, attributes, null, true, false);
  }

  @Test
  void textAndFiltersComeFromPaths() {
    Document document =
        mapping.document(
            row(
                Map.of(
                    "title",
                    "Bread",
                    "body",
                    Map.of("summary", "how it is made", "kind", "book"),
                    "year",
                    new BigDecimal(1999))));

    assertThat(document.text()).isEqualTo("Bread. how it is made");
    assertThat(document.filters())
        .containsEntry("year", List.of(new BigDecimal(1999)))
        .containsEntry("body.kind", List.of("book"));
    assertThat(mapping.textAttributes()).containsExactlyInAnyOrder("title", "body", "body.summary");
    assertThat(mapping.filterAttributes()).containsExactlyInAnyOrder("year", "body", "body.kind");
  }

  @Test
  void hashesTellTextFromTheRest() {
    Document document = mapping.document(row(Map.of("title", "Bread")));
    Document older = mapping.document(row(Map.of("title", "Bread", "year", BigDecimal.ONE)));
    Document other = mapping.document(row(Map.of("title", "Butter")));

    assertThat(older.textHash()).isEqualTo(document.textHash());
    assertThat(older.rowHash()).isNotEqualTo(document.rowHash());
    assertThat(other.textHash()).isNotEqualTo(document.textHash());
  }

  @Test
  void aMappingComesBackFromItsSettings() {
    assertThat(DocumentMapping.read(mapping.settings())).isEqualTo(mapping);
    assertThatThrownBy(() -> DocumentMapping.read(Map.of("text.template", "{a}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mapping: expected keys.partition and text.template, got [text.template]");
  }

  @Test
  void badRowsSayWhy() {
    assertBad(Map.of(), "text: expected text in [title, body.summary], got none; template=");
    assertBad(Map.of("title", " "), "text: expected text in [title, body.summary], got none");
    assertBad(Map.of("title", Map.of("a", "b")), "text: expected a string in title, got ");
    assertBad(
        Map.of("title", "Bread", "year", "last"), "filter field: expected NUMBER in year, got ");
  }

  @Test
  void everyShapeOfAWrongKindIsNamed() {
    Map<Object, String> shapes = new LinkedHashMap<>();
    shapes.put(true, "a boolean");
    shapes.put(ByteBuffer.wrap(new byte[] {1}), "binary");
    shapes.put(Map.of("a", "b"), "a map");
    shapes.put(List.of(List.of(Row.Null.NULL)), "null");
    shapes.put(Set.of(ByteBuffer.wrap(new byte[] {1})), "binary");
    shapes.put(List.of("words", Map.of("a", "b")), "a map");
    shapes.forEach(
        (shape, kind) -> {
          assertBad(Map.of("title", shape), "text: expected a string in title, got " + kind + ";");
          assertBad(
              Map.of("title", "Bread", "body", Map.of("kind", shape)),
              "filter field: expected STRING in body.kind, got ");
          assertBad(
              Map.of("title", "Bread", "year", shape),
              "filter field: expected NUMBER in year, got ");
        });
    assertBad(
        Map.of("title", "Bread", "year", "1999"),
        "filter field: expected NUMBER in year, got a string;");
    assertBad(
        Map.of("title", "Bread", "body", Map.of("kind", "x".repeat(11_000))),
        "filter field: expected STRING in body.kind, got a string;");
    for (Object none : List.of(Row.Null.NULL, "", List.of(), "not a map")) {
      assertBad(Map.of("body", none), "text: expected text in [title, body.summary], got none;");
    }
    assertThat(mapping.document(row(Map.of("title", new BigDecimal(42)))).text()).isEqualTo("42.");
    assertThat(mapping.document(row(Map.of("title", List.of("a", new BigDecimal(1))))).text())
        .isEqualTo("a, 1.");
  }

  private void assertBad(Map<String, Object> attributes, String reason) {
    assertThatThrownBy(() -> mapping.document(row(attributes)))
        .isInstanceOf(BadRowException.class)
        .hasMessageStartingWith(reason)
        .hasMessageEndingWith("; key=g/k");
  }

  @Test
  void templatesAndPassagesAreCheckedFirst() {
    assertThatThrownBy(() -> DocumentMapping.of(KeyNames.recipe(), "no attribute"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "text template: expected an attribute in braces such as {content}, got 'no attribute'");
    assertThatThrownBy(() -> DocumentMapping.of(KeyNames.recipe(), "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("text template: expected an attribute between braces, got '{}'");
    assertThatThrownBy(() -> mapping.withPassages(99))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("passages: expected 0 or at least 100 chars, got 99");
  }

  @Test
  void longTextsAreSplitWithoutLoss() {
    String text = "One sentence of some length about bread. ".repeat(30);
    Document document =
        DocumentMapping.recipe().withPassages(200).document(row(Map.of("content", text)));

    assertThat(document.passages()).hasSizeGreaterThan(4);
    assertThat(document.passages().get(0).start()).isZero();
    for (int i = 1; i < document.passages().size(); i++) {
      assertThat(document.passages().get(i).start())
          .isLessThanOrEqualTo(document.passages().get(i - 1).end() + 1);
    }
  }
}
