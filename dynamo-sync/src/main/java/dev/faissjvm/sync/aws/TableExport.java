package dev.faissjvm.sync.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.sync.change.CorruptSnapshotException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A full export of a table to S3, as DynamoDB makes it from the table's backups: reading it takes
 * nothing from the table.
 *
 * <p><b>Shape.</b> Below the export's own prefix, {@code .../AWSDynamoDB/ID/}, {@code
 * manifest-files.json} names the data files, one JSON object a line; each data file is gzip of
 * items in DynamoDB's JSON, one a line. Ion and incremental exports are not read.
 *
 * <p><b>Time.</b> Rows are as they were at the export's moment. Which of them have changed since,
 * the table says: those are pending, unless a sync has settled them in between.
 *
 * <p><b>Trust.</b> Each file's MD5 and number of items are compared with what the manifest says.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Ownership.</b> The client stays the caller's.
 *
 * <p><b>Errors.</b> {@link CorruptSnapshotException} for what is not such an export, or not whole;
 * another {@link dev.faissjvm.sync.change.SyncException} where it cannot be reached.
 *
 * <p><b>Permissions.</b> {@code s3:GetObject}.
 */
public final class TableExport {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILES = "manifest-files.json";

  private final S3Client client;
  private final String bucket;
  private final TableLayout layout;
  private final RowKey leaseKey;
  private final List<ExportFile> files;

  private TableExport(
      S3Client client, String bucket, TableLayout layout, RowKey leaseKey, List<ExportFile> files) {
    this.client = client;
    this.bucket = bucket;
    this.layout = layout;
    this.leaseKey = leaseKey;
    this.files = files;
  }

  static TableExport open(
      S3Client client, String bucket, String prefix, TableLayout layout, RowKey leaseKey) {
    String key = prefix + (prefix.isEmpty() || prefix.endsWith("/") ? "" : "/") + FILES;
    String place = "s3://" + bucket + "/" + key;
    List<ExportFile> files = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(ExportFile.open(client, bucket, key), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          files.add(file(line, place));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.sort(Comparator.comparing(ExportFile::key));
    return new TableExport(client, bucket, layout, leaseKey, List.copyOf(files));
  }

  private static ExportFile file(String line, String place) throws IOException {
    JsonNode said = JSON.readTree(line);
    if (!said.hasNonNull("dataFileS3Key") || !said.path("itemCount").isIntegralNumber()) {
      throw new CorruptSnapshotException(
          "export: expected dataFileS3Key and itemCount in each line, got "
              + line
              + "; manifest="
              + place
              + "; name a full export in DynamoDB JSON",
          null);
    }
    return new ExportFile(
        said.get("dataFileS3Key").asText(),
        said.get("itemCount").asLong(),
        said.path("md5Checksum").asText(""));
  }

  /** {@return how many data files there are} */
  public int files() {
    return files.size();
  }

  /**
   * {@return the rows of some of the data files, the lease left out; each row is in one part}
   *
   * @param part which part, from 0
   * @param parts how many parts there are
   */
  public TableRows rows(int part, int parts) {
    if (parts < 1 || part < 0 || part >= parts) {
      throw new IllegalArgumentException(
          "part: expected one of 1 or more, got " + part + " of " + parts);
    }
    List<ExportFile> own = new ArrayList<>();
    for (int i = part; i < files.size(); i += parts) {
      own.add(files.get(i));
    }
    return () -> new Pages(own);
  }

  /** One file after the other. */
  private final class Pages implements RowPages<Row> {
    private final RowReader reader = new RowReader(layout);
    private final List<ExportFile> left;
    private ExportFile.@Nullable Items items;

    Pages(List<ExportFile> files) {
      this.left = new ArrayList<>(files);
    }

    @Override
    public Optional<List<Row>> next() {
      ExportFile.Items open = items;
      if (open == null) {
        if (left.isEmpty()) {
          return Optional.empty();
        }
        open = left.remove(0).read(client, bucket);
        items = open;
      }
      List<Row> rows = new ArrayList<>();
      Optional<List<Map<String, AttributeValue>>> page = open.next();
      if (page.isEmpty()) {
        open.close();
        items = null;
      } else {
        for (Map<String, AttributeValue> item : page.get()) {
          if (!reader.key(item).equals(leaseKey)) {
            rows.add(reader.row(item));
          }
        }
      }
      return Optional.of(rows);
    }

    @Override
    public void close() {
      ExportFile.Items open = items;
      if (open != null) {
        open.close();
        items = null;
      }
      left.clear();
    }
  }
}
