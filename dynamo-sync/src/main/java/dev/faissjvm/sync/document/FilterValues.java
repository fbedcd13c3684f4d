package dev.faissjvm.sync.document;

import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The typed values of one filter field of a row. */
final class FilterValues {

  /** Lucene's limit on a term, less what other writers of terms need. */
  private static final int MAX_TERM_BYTES = 32_000;

  private FilterValues() {}

  static List<Object> of(Row row, String path, FieldType type) {
    Object value = AttributePath.find(row.attributes(), path);
    List<Object> values = new ArrayList<>();
    if (value == null || value == Row.Null.NULL) {
      return values;
    }
    Collection<?> many = value instanceof Collection<?> collection ? collection : List.of(value);
    for (Object one : many) {
      values.add(checked(row, path, type, one));
    }
    return values;
  }

  private static Object checked(Row row, String path, FieldType type, Object value) {
    boolean right =
        switch (type) {
          case STRING -> value instanceof String text && text.length() * 3 <= MAX_TERM_BYTES;
          case NUMBER -> value instanceof BigDecimal;
          case BOOLEAN -> value instanceof Boolean;
        };
    if (!right) {
      throw new BadRowException(
          row.key(),
          "filter field: expected " + type + " in " + path + ", got " + ValueCodec.typeOf(value));
    }
    return value;
  }
}
