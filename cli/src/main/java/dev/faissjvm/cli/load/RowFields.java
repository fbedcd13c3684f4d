package dev.faissjvm.cli.load;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes key and text out of the named fields of a row. */
final class RowFields {

  private RowFields() {}

  static FileRow row(long line, Map<String, Object> named, Columns columns)
      throws BadLineException {
    Map<String, Object> fields = new LinkedHashMap<>(named);
    Object group = fields.remove(columns.group());
    if (group == null && columns.defaultGroup() != null) {
      group = columns.defaultGroup();
    }
    String groupText = key(line, columns.group(), group);
    String id = key(line, columns.id(), fields.remove(columns.id()));
    Object text = fields.remove(columns.text());
    if (!(text instanceof String content) || content.isBlank()) {
      throw new BadLineException(
          line, columns.text() + ": expected the text of the row, got " + describe(text));
    }
    return new FileRow(line, groupText, id, content, Collections.unmodifiableMap(fields));
  }

  private static String key(long line, String name, @Nullable Object value)
      throws BadLineException {
    if (value instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw new BadLineException(
        line, name + ": expected a part of the row's key, got " + describe(value));
  }

  private static String describe(@Nullable Object value) {
    return value == null ? "none" : value instanceof String ? "an empty text" : value.toString();
  }
}
