package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/** Every row of a table, or of one segment of it, by consistent Scan, without the lease. */
record DynamoTableRows(
    DynamoDbClient client, TableLayout layout, RowKey leaseKey, int segment, int segments)
    implements TableRows {

  @Override
  public RowPages<Row> rows() {
    RowReader reader = new RowReader(layout);
    return ItemPages.scan(
        client,
        ScanRequest.builder()
            .tableName(layout.table())
            .consistentRead(true)
            .segment(segment)
            .totalSegments(segments)
            .build(),
        "list rows of " + layout.table(),
        item -> reader.key(item).equals(leaseKey) ? null : reader.row(item));
  }
}
