package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/** Every row of a table by consistent Scan of its segments side by side, without the lease. */
record DynamoTableRows(DynamoDbClient client, TableLayout layout, RowKey leaseKey)
    implements TableRows {

  static final int SEGMENTS = 4;

  @Override
  public RowPages<Row> rows() {
    RowReader reader = new RowReader(layout);
    List<ItemPages<Row>> segments = new ArrayList<>();
    for (int segment = 0; segment < SEGMENTS; segment++) {
      segments.add(
          ItemPages.scan(
              client,
              ScanRequest.builder()
                  .tableName(layout.table())
                  .consistentRead(true)
                  .segment(segment)
                  .totalSegments(SEGMENTS)
                  .build(),
              "list rows of " + layout.table(),
              item -> reader.key(item).equals(leaseKey) ? null : reader.row(item)));
    }
    return new ParallelPages<>(segments);
  }
}
