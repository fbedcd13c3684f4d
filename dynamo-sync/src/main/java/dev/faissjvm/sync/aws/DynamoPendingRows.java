package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.DocumentMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/**
 * Pending rows by the table's sparse index.
 *
 * <p>Candidates come from a {@linkplain PendingScan Scan} of the index, which finds every pending
 * value, or, where the layout says how many values there are, from a Query for each. Rows are read
 * by BatchGetItem with consistent reads. A row is settled by one conditional call; see {@link
 * SeenCondition}.
 */
final class DynamoPendingRows implements PendingRows {

  private static final int BATCH = 100;

  private final DynamoDbClient client;
  private final TableLayout layout;
  private final DocumentMapping mapping;
  private final RowKey leaseKey;
  private final RowReader reader;

  DynamoPendingRows(
      DynamoDbClient client, TableLayout layout, DocumentMapping mapping, RowKey leaseKey) {
    this.client = client;
    this.layout = layout;
    this.mapping = mapping;
    this.leaseKey = leaseKey;
    this.reader = new RowReader(layout);
  }

  @Override
  public RowPages<RowKey> candidates() {
    if (layout.pendingValues() == 0) {
      ScanRequest plain =
          ScanRequest.builder().tableName(layout.table()).indexName(layout.pendingIndex()).build();
      return new PendingScan(
          scan(plain),
          segment ->
              scan(plain.toBuilder().segment(segment).totalSegments(PendingScan.SEGMENTS).build()));
    }
    List<ItemPages<RowKey>> queries = new ArrayList<>();
    for (int value = 0; value < layout.pendingValues(); value++) {
      queries.add(query(value));
    }
    return new ParallelPages<>(queries);
  }

  private ItemPages<RowKey> scan(ScanRequest request) {
    return ItemPages.scan(client, request, "list pending rows of " + layout.table(), this::key);
  }

  private ItemPages<RowKey> query(int value) {
    return ItemPages.query(
        client,
        QueryRequest.builder()
            .tableName(layout.table())
            .indexName(layout.pendingIndex())
            .keyConditionExpression("#p = :p")
            .expressionAttributeNames(Map.of("#p", layout.pending()))
            .expressionAttributeValues(Map.of(":p", AttributeValue.fromN(Integer.toString(value))))
            .build(),
        "list pending rows of " + layout.table(),
        this::key);
  }

  private @Nullable RowKey key(Map<String, AttributeValue> item) {
    RowKey key = reader.key(item);
    return key.equals(leaseKey) ? null : key;
  }

  @Override
  public List<Row> read(List<RowKey> keys) {
    List<Row> rows = new ArrayList<>(keys.size());
    for (int from = 0; from < keys.size(); from += BATCH) {
      readBatch(keys.subList(from, Math.min(keys.size(), from + BATCH)), rows);
    }
    return rows;
  }

  private void readBatch(List<RowKey> keys, List<Row> rows) {
    String what = "read rows of " + layout.table();
    List<Map<String, AttributeValue>> wanted = new ArrayList<>();
    for (RowKey key : keys) {
      wanted.add(AttributeValues.item(key.attributes(layout.keys())));
    }
    Backoff backoff = new Backoff(what);
    while (!wanted.isEmpty()) {
      KeysAndAttributes batch =
          KeysAndAttributes.builder().keys(wanted).consistentRead(true).build();
      BatchGetItemResponse response =
          AwsFailures.translating(
              what, () -> client.batchGetItem(r -> r.requestItems(Map.of(layout.table(), batch))));
      List<Map<String, AttributeValue>> items =
          response.responses().getOrDefault(layout.table(), List.of());
      items.forEach(item -> rows.add(reader.row(item)));
      KeysAndAttributes left = response.unprocessedKeys().get(layout.table());
      wanted = left == null ? List.of() : left.keys();
      if (!wanted.isEmpty() && items.isEmpty()) {
        backoff.pause();
      }
    }
  }

  @Override
  public Settlement clear(Row seen) {
    SeenCondition condition = new SeenCondition(layout, mapping, seen);
    return settle(
        "clear a row of ",
        () ->
            client.updateItem(
                request ->
                    request
                        .tableName(layout.table())
                        .key(key(seen))
                        .updateExpression("REMOVE #p")
                        .conditionExpression(condition.expression())
                        .expressionAttributeNames(condition.namesWith("#p", layout.pending()))
                        .expressionAttributeValues(condition.values())));
  }

  @Override
  public Settlement remove(Row seen) {
    SeenCondition condition = new SeenCondition(layout, mapping, seen);
    return settle(
        "delete a row of ",
        () ->
            client.deleteItem(
                request ->
                    request
                        .tableName(layout.table())
                        .key(key(seen))
                        .conditionExpression(condition.expression())
                        .expressionAttributeNames(condition.names())
                        .expressionAttributeValues(condition.values())));
  }

  private Map<String, AttributeValue> key(Row seen) {
    return AttributeValues.item(seen.key().attributes(layout.keys()));
  }

  private Settlement settle(String what, Runnable call) {
    try {
      call.run();
      return Settlement.SETTLED;
    } catch (ConditionalCheckFailedException e) {
      return Settlement.CHANGED;
    } catch (SdkException e) {
      throw AwsFailures.translated(what + layout.table(), e);
    }
  }
}
