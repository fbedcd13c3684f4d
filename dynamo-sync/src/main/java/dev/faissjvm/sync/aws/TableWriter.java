package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.RowKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Writes rows so that a sync finds them and cannot settle an older state of them. */
final class TableWriter {

  private static final int BATCH = 25;

  private final DynamoDbClient client;
  private final TableLayout layout;

  TableWriter(DynamoDbClient client, TableLayout layout) {
    this.client = client;
    this.layout = layout;
  }

  void put(RowKey key, Map<String, Object> attributes) {
    check(attributes);
    Map<String, String> names = markNames();
    Map<String, AttributeValue> values = markValues(key);
    StringBuilder set = new StringBuilder("SET #p = :p");
    int i = 0;
    for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
      set.append(", #a").append(i).append(" = :a").append(i);
      names.put("#a" + i, attribute.getKey());
      values.put(":a" + i, AttributeValues.of(attribute.getValue()));
      i++;
    }
    names.put("#d", layout.deleted());
    update(key, set + " REMOVE #d ADD #v :one", names, values, null);
  }

  boolean delete(RowKey key) {
    Map<String, String> names = markNames();
    names.put("#d", layout.deleted());
    Map<String, AttributeValue> values = markValues(key);
    values.put(":true", AttributeValue.fromBool(true));
    return update(key, "SET #d = :true, #p = :p ADD #v :one", names, values, exists(names));
  }

  boolean touch(RowKey key) {
    Map<String, String> names = markNames();
    return update(key, "SET #p = :p ADD #v :one", names, markValues(key), exists(names));
  }

  void load(Map<RowKey, Map<String, Object>> rows) {
    List<WriteRequest> batch = new ArrayList<>();
    AttributeValue version = AttributeValue.fromN(Long.toString(System.currentTimeMillis()));
    for (Map.Entry<RowKey, Map<String, Object>> row : rows.entrySet()) {
      check(row.getValue());
      Map<String, AttributeValue> item = new LinkedHashMap<>(key(row.getKey()));
      item.putAll(AttributeValues.item(row.getValue()));
      item.put(layout.pending(), pending(row.getKey()));
      // Greater than any count of single changes, so that a version never comes twice.
      item.put(layout.version(), version);
      PutRequest put = PutRequest.builder().item(item).build();
      batch.add(WriteRequest.builder().putRequest(put).build());
      if (batch.size() == BATCH) {
        write(batch);
        batch = new ArrayList<>();
      }
    }
    if (!batch.isEmpty()) {
      write(batch);
    }
  }

  private void write(List<WriteRequest> batch) {
    String what = "write rows of " + layout.table();
    Map<String, List<WriteRequest>> left = Map.of(layout.table(), batch);
    Backoff backoff = new Backoff(what);
    while (!left.isEmpty()) {
      Map<String, List<WriteRequest>> items = left;
      BatchWriteItemResponse response =
          AwsFailures.translating(
              what, () -> client.batchWriteItem(request -> request.requestItems(items)));
      left = response.hasUnprocessedItems() ? response.unprocessedItems() : Map.of();
      if (!left.isEmpty()) {
        backoff.pause();
      }
    }
  }

  private boolean update(
      RowKey key,
      String expression,
      Map<String, String> names,
      Map<String, AttributeValue> values,
      @Nullable String condition) {
    UpdateItemRequest.Builder request =
        UpdateItemRequest.builder()
            .tableName(layout.table())
            .key(key(key))
            .updateExpression(expression)
            .expressionAttributeNames(names)
            .expressionAttributeValues(values);
    if (condition != null) {
      request.conditionExpression(condition);
    }
    try {
      client.updateItem(request.build());
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    } catch (SdkException e) {
      throw AwsFailures.translated("write a row of " + layout.table(), e);
    }
  }

  private Map<String, AttributeValue> key(RowKey key) {
    return AttributeValues.item(key.attributes(layout.keys()));
  }

  private void check(Map<String, Object> attributes) {
    for (String name : attributes.keySet()) {
      if (layout.keys().contains(name) || layout.isMark(name)) {
        throw new IllegalArgumentException(
            "attribute: expected none of the table's keys and marks, got " + name);
      }
    }
  }

  private Map<String, String> markNames() {
    Map<String, String> names = new HashMap<>();
    names.put("#p", layout.pending());
    names.put("#v", layout.version());
    return names;
  }

  private Map<String, AttributeValue> markValues(RowKey key) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":p", pending(key));
    values.put(":one", AttributeValue.fromN("1"));
    return values;
  }

  private String exists(Map<String, String> names) {
    names.put("#k", layout.keys().partition());
    return "attribute_exists(#k)";
  }

  private AttributeValue pending(RowKey key) {
    return AttributeValue.fromN(Integer.toString(layout.pendingValue(key)));
  }
}
