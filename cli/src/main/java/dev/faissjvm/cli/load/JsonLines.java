package dev.faissjvm.cli.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file with one JSON object a line.
 *
 * <p>Text, numbers and booleans become fields of the row; null is left out; arrays of plain values
 * become one text, joined by a comma and a space; an object within the object is refused, since a
 * filter could not name its parts. Empty lines are skipped.
 */
public final class JsonLines implements RowReader {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final BufferedReader reader;
  private final Columns columns;
  private long line;

  private JsonLines(BufferedReader reader, Columns columns) {
    this.reader = reader;
    this.columns = columns;
  }

  /**
   * Reads a stream in UTF-8.
   *
   * @param stream the lines; closed with the reader
   * @param columns which of their fields are key and text
   * @return a reader before the first line
   */
  public static JsonLines of(InputStream stream, Columns columns) {
    return new JsonLines(
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)), columns);
  }

  @Override
  public @Nullable FileRow next() throws BadLineException, IOException {
    String text;
    do {
      text = reader.readLine();
      line++;
    } while (text != null && text.isBlank());
    return text == null ? null : row(text);
  }

  private FileRow row(String text) throws BadLineException {
    JsonNode node;
    try {
      node = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new BadLineException(
          line, "json: expected an object, got " + e.getOriginalMessage().strip());
    }
    if (!node.isObject()) {
      throw new BadLineException(
          line,
          "json: expected an object, got " + node.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : node.properties()) {
      Object value = value(property.getKey(), property.getValue());
      if (value != null) {
        fields.put(property.getKey(), value);
      }
    }
    return RowFields.row(line, fields, columns);
  }

  private @Nullable Object value(String name, JsonNode node) throws BadLineException {
    return switch (node.getNodeType()) {
      case NULL, MISSING -> null;
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> node.decimalValue();
      case ARRAY -> joined(name, node);
      default ->
          throw new BadLineException(
              line, name + ": expected text, a number, a boolean or a list of them, got an object");
    };
  }

  private String joined(String name, JsonNode array) throws BadLineException {
    StringBuilder text = new StringBuilder();
    for (JsonNode element : array) {
      if (element.isContainerNode()) {
        throw new BadLineException(
            line, name + ": expected a list of plain values, got a nested one");
      }
      text.append(text.isEmpty() ? "" : ", ").append(element.asText());
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
