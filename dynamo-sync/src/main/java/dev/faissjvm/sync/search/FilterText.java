package dev.faissjvm.sync.search;

import dev.faissjvm.sync.document.FieldType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A filter as it is typed.
 *
 * <pre>
 * field=value      equals             field=10..20   from 10 to 20, both included
 * field=a|b        one of             field=10..     at least 10
 * field=text*      starts with        field=..20     at most 20
 * field=*          has any value      field!=...     the opposite of each
 * </pre>
 */
public final class FilterText {

  private FilterText() {}

  /**
   * Reads a filter.
   *
   * @param text as above
   * @param types the filter fields of the index
   * @return the filter
   * @throws IllegalArgumentException if it is not of the form, or names no filter field
   */
  public static Filter parse(String text, Map<String, FieldType> types) {
    int equal = text.indexOf('=');
    boolean not = equal > 0 && text.charAt(equal - 1) == '!';
    String field = equal < 0 ? "" : text.substring(0, not ? equal - 1 : equal).strip();
    if (field.isEmpty()) {
      throw new IllegalArgumentException("filter: expected field=value, got '" + text + "'");
    }
    FieldType type = types.get(field);
    if (type == null) {
      throw new IllegalArgumentException(
          "filter: expected one of the index's filter fields, got '"
              + field
              + "'; fields="
              + types.keySet());
    }
    Filter filter = condition(field, text.substring(equal + 1), type);
    return not ? Filter.not(filter) : filter;
  }

  private static Filter condition(String field, String value, FieldType type) {
    if (value.equals("*")) {
      return Filter.exists(field);
    }
    int dots = value.indexOf("..");
    if (dots >= 0) {
      return Filter.range(
          field, bound(value.substring(0, dots), type), bound(value.substring(dots + 2), type));
    }
    if (value.endsWith("*") && type == FieldType.STRING) {
      return Filter.prefix(field, value.substring(0, value.length() - 1));
    }
    List<Object> values = new ArrayList<>();
    for (String one : value.split("\\|", -1)) {
      values.add(typed(one, type));
    }
    return Filter.in(field, values);
  }

  private static @Nullable Object bound(String text, FieldType type) {
    return text.isEmpty() ? null : typed(text, type);
  }

  private static Object typed(String text, FieldType type) {
    return switch (type) {
      case STRING -> text;
      case NUMBER -> number(text);
      case BOOLEAN -> truth(text);
    };
  }

  private static BigDecimal number(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("filter: expected a number, got '" + text + "'", e);
    }
  }

  private static Boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException("filter: expected true or false, got '" + text + "'");
    };
  }
}
