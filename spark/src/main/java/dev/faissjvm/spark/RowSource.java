package dev.faissjvm.spark;

import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.ExportFiles;
import dev.faissjvm.sync.aws.S3Clients;
import dev.faissjvm.sync.aws.TableExport;
import dev.faissjvm.sync.change.TableRows;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Where a job's rows come from: segments of the table, or files of an export of it.
 *
 * <p><b>Ownership.</b> Owns its clients; closed by whoever opened it.
 */
final class RowSource implements AutoCloseable {

  private static final String S3 = "s3://";

  private final int partitions;
  private final ContentTable table;
  private final DynamoDbClient client;
  private final @Nullable S3Client s3;
  private final @Nullable TableExport export;

  private RowSource(
      int partitions,
      ContentTable table,
      DynamoDbClient client,
      @Nullable S3Client s3,
      @Nullable TableExport export) {
    this.partitions = partitions;
    this.table = table;
    this.client = client;
    this.s3 = s3;
    this.export = export;
  }

  static RowSource open(Job job) {
    DynamoDbClient client = job.client();
    S3Client s3 = null;
    try {
      ContentTable table = job.table(client);
      String place = job.get("export");
      TableExport export = null;
      if (place != null) {
        s3 = S3Clients.create(job.get("s3.region"), job.uri("s3.endpoint"));
        export = export(table, s3, place);
      }
      return new RowSource(job.partitions(), table, client, s3, export);
    } catch (RuntimeException e) {
      client.close();
      if (s3 != null) {
        s3.close();
      }
      throw e;
    }
  }

  private static TableExport export(ContentTable table, S3Client s3, String place) {
    int slash = place.indexOf('/', S3.length());
    if (!place.startsWith(S3) || slash <= S3.length()) {
      throw new IllegalArgumentException(
          "export: expected s3://BUCKET/PREFIX/AWSDynamoDB/ID, got " + place);
    }
    String bucket = place.substring(S3.length(), slash);
    return table.exported(ExportFiles.ofS3(s3, bucket, place.substring(slash + 1)));
  }

  /** Returns the rows of a partition; each row is in one. */
  TableRows rows(int partition) {
    return export == null ? table.rows(partition, partitions) : export.rows(partition, partitions);
  }

  /** Returns how many files an export has, or 0 for the table itself. */
  int files() {
    return export == null ? 0 : export.files();
  }

  /** Returns how many rows the table says that it has; DynamoDB counts them every six hours. */
  long tableRows() {
    String name = table.layout().table();
    return client.describeTable(request -> request.tableName(name)).table().itemCount();
  }

  @Override
  public void close() {
    client.close();
    if (s3 != null) {
      s3.close();
    }
  }
}
