package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.testing.SyncTable;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A table of DynamoDB Local under contract. */
record DynamoTable(DynamoDbClient client, ContentTable table, DocumentMapping mapping)
    implements SyncTable {

  @Override
  public void put(RowKey key, Map<String, Object> attributes) {
    table.put(key, attributes);
  }

  @Override
  public void putForeign(RowKey key, Map<String, Object> attributes) {
    Map<String, AttributeValue> item = new HashMap<>(AttributeValues.item(attributes));
    item.putAll(key(key));
    item.put(table.layout().pending(), AttributeValue.fromN("1"));
    client.putItem(request -> request.tableName(table.layout().table()).item(item));
  }

  private Map<String, AttributeValue> key(RowKey key) {
    return AttributeValues.item(key.attributes(table.layout().keys()));
  }

  @Override
  public boolean delete(RowKey key) {
    return table.delete(key);
  }

  @Override
  public void vanish(RowKey key) {
    client.deleteItem(request -> request.tableName(table.layout().table()).key(key(key)));
  }

  @Override
  public void touch(Collection<RowKey> keys) {
    table.touch(keys);
  }

  @Override
  public PendingRows pendingRows() {
    return table.pendingRows(mapping);
  }

  @Override
  public TableRows tableRows() {
    return table.rows();
  }

  @Override
  public Lease lease(String owner, Duration duration, Clock clock) {
    return table.lease(owner, duration, clock);
  }
}
