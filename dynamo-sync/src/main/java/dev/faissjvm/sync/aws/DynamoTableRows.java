package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/**
 * Every row of a table, or of one segment of it, by consistent Scan, without the lease. A whole
 * table is scanned in {@value #SEGMENTS} segments side by side.
 */
record DynamoTableRows(
    DynamoDbClient client, TableLayout layout, RowKey leaseKey, int segment, int segments)
    implements TableRows {

  static final int SEGMENTS = 4;

  @Override
  public RowPages<Row> rows() {
    RowReader reader = new RowReader(layout);
    return segments == 1
        ? new ParallelPages<>(
            IntStream.range(0, SEGMENTS).mapToObj(one -> pages(reader, one, SEGMENTS)).toList())
        : pages(reader, segment, segments);
  }

  private ItemPages<Row> pages(RowReader reader, int one, int of) {
    return ItemPages.scan(
        client,
        ScanRequest.builder()
            .tableName(layout.table())
            .consistentRead(true)
            .segment(one)
            .totalSegments(of)
            .build(),
        "list rows of " + layout.table(),
        item -> reader.key(item).equals(leaseKey) ? null : reader.row(item));
  }
}
