package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items of a table as keys and rows. */
record RowReader(TableLayout layout) {

  RowKey key(Map<String, AttributeValue> item) {
    String sort = layout.keys().sort();
    return new RowKey(
        present(item, layout.keys().partition()), sort == null ? null : present(item, sort));
  }

  Row row(Map<String, AttributeValue> item) {
    Map<String, Object> content = new LinkedHashMap<>();
    item.forEach(
        (name, value) -> {
          if (!layout.isMark(name)) {
            content.put(name, AttributeValues.plain(value));
          }
        });
    AttributeValue version = item.get(layout.version());
    return new Row(
        key(item),
        content,
        version == null ? null : AttributeValues.plain(version),
        item.containsKey(layout.pending()),
        isTrue(item.get(layout.deleted())));
  }

  private static Object present(Map<String, AttributeValue> item, String attribute) {
    return AttributeValues.plain(Objects.requireNonNull(item.get(attribute), attribute));
  }

  private static boolean isTrue(@Nullable AttributeValue value) {
    return value != null && Boolean.TRUE.equals(value.bool());
  }
}
