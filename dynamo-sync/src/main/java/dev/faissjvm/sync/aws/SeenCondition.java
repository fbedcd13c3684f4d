package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.document.DocumentMapping;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The condition that a row is still the one that was read.
 *
 * <p>The row exists; its version is the one seen, or it still has none; its soft delete mark is as
 * seen; and every attribute that went into the text is as seen. The last is what a table of the
 * original recipe has to go by, and guards against writers that do not count versions in tables
 * where others do. A row without a version is compared by its filter fields, absent ones too, and
 * by everything that is kept of it as well, up to {@link #MAX_COMPARED} attributes.
 *
 * <pre>
 *   attribute_exists(#k) AND #v = :v AND (attribute_not_exists(#d) OR #d &lt;&gt; :true) AND #a0 = :a0
 * </pre>
 */
final class SeenCondition {

  /** DynamoDB allows 300 operators in an expression. */
  static final int MAX_COMPARED = 120;

  private final Map<String, String> names = new HashMap<>();
  private final Map<String, AttributeValue> values = new HashMap<>();
  private final StringBuilder expression = new StringBuilder("attribute_exists(#k)");

  SeenCondition(TableLayout layout, DocumentMapping mapping, Row seen) {
    names.put("#k", layout.keys().partition());
    names.put("#v", layout.version());
    names.put("#d", layout.deleted());
    Object version = seen.version();
    if (version == null) {
      expression.append(" AND attribute_not_exists(#v)");
    } else {
      expression.append(" AND #v = :v");
      values.put(":v", AttributeValues.of(version));
    }
    values.put(":true", AttributeValue.fromBool(true));
    expression.append(
        seen.deleted() ? " AND #d = :true" : " AND (attribute_not_exists(#d) OR #d <> :true)");
    int i = 0;
    for (String attribute : mapping.textAttributes()) {
      compare(i++, attribute, seen);
    }
    if (version == null && !seen.deleted()) {
      for (String attribute : compared(layout, mapping, seen)) {
        if (i < MAX_COMPARED) {
          compare(i++, attribute, seen);
        }
      }
    }
  }

  private static Set<String> compared(TableLayout layout, DocumentMapping mapping, Row seen) {
    Set<String> compared = new LinkedHashSet<>(mapping.filterAttributes());
    compared.addAll(mapping.keptFields(seen).keySet());
    compared.removeAll(layout.keys().attributes());
    compared.removeAll(mapping.textAttributes());
    return compared;
  }

  private void compare(int i, String attribute, Row seen) {
    names.put("#a" + i, attribute);
    Object value = seen.attributes().get(attribute);
    if (value == null) {
      expression.append(" AND attribute_not_exists(#a").append(i).append(')');
    } else {
      expression.append(" AND #a").append(i).append(" = :a").append(i);
      values.put(":a" + i, AttributeValues.of(value));
    }
  }

  String expression() {
    return expression.toString();
  }

  Map<String, String> names() {
    return names;
  }

  Map<String, String> namesWith(String placeholder, String name) {
    Map<String, String> more = new HashMap<>(names);
    more.put(placeholder, name);
    return more;
  }

  Map<String, AttributeValue> values() {
    return values;
  }
}
