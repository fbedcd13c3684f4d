package dev.faissjvm.sync.aws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.sync.change.CorruptSnapshotException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TableRows;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table as an export to S3 has them, read without touching the table.
 *
 * <p>Taken is what AWS writes as {@code FULL_EXPORT} in {@code DYNAMODB_JSON}: a summary, a list of
 * data files, and in each, compressed by gzip, one {@code {"Item": {...}}} a line.
 *
 * <p><b>Threads.</b> Safe for use by many threads; a listing belongs to one.
 *
 * <p><b>Errors.</b> {@link CorruptSnapshotException}, which names file and line, for files that are
 * absent, cut off, or not what the summary says, and for a count of rows that is another.
 */
final class TableExport implements TableRows {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 500;
  private static final String SUMMARY = "manifest-summary.json";
  private static final String FILES = "manifest-files.json";

  private final ExportFiles files;
  private final RowReader reader;
  private final RowKey leaseKey;

  TableExport(ExportFiles files, TableLayout layout, RowKey leaseKey) {
    this.files = files;
    this.reader = new RowReader(layout);
    this.leaseKey = leaseKey;
  }

  @Override
  public RowPages<Row> rows() {
    checkSummary();
    return new Pages(dataFiles());
  }

  private void checkSummary() {
    try (InputStream in = files.open(SUMMARY)) {
      JsonNode summary = JSON.readTree(in);
      String format = summary.path("outputFormat").asText("DYNAMODB_JSON");
      String type = summary.path("exportType").asText("FULL_EXPORT");
      if (!format.equals("DYNAMODB_JSON") || !type.equals("FULL_EXPORT")) {
        throw unusable(
            SUMMARY, 0, "a FULL_EXPORT in DYNAMODB_JSON, got " + type + " in " + format, null);
      }
    } catch (IOException e) {
      throw unusable(SUMMARY, 0, "a readable file, got " + e, e);
    }
  }

  /** A data file and how many rows it should have. */
  private record DataFile(String name, long rows) {}

  private Queue<DataFile> dataFiles() {
    Queue<DataFile> found = new ArrayDeque<>();
    int number = 0;
    try (BufferedReader lines = lines(files.open(FILES))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        JsonNode file = JSON.readTree(line);
        String key = file.path("dataFileS3Key").asText();
        if (!key.isEmpty()) {
          // The export may have been copied elsewhere: only the name below it counts.
          String name = "data/" + key.substring(key.lastIndexOf('/') + 1);
          found.add(new DataFile(name, file.path("itemCount").asLong(-1)));
        }
      }
    } catch (IOException e) {
      throw unusable(FILES, number, "a readable list of files, got " + e, e);
    }
    return found;
  }

  private static BufferedReader lines(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private CorruptSnapshotException unusable(
      String file, long line, String expected, @Nullable Exception cause) {
    return new CorruptSnapshotException(
        "export: expected "
            + expected
            + "; export="
            + files.place()
            + ", file="
            + file
            + ", line="
            + line
            + "; copy the export again, or make another",
        cause);
  }

  /** The rows of one file after another. */
  private final class Pages implements RowPages<Row> {
    private final Queue<DataFile> left;
    private @Nullable DataFile file;
    private @Nullable BufferedReader lines;
    private long line;

    Pages(Queue<DataFile> left) {
      this.left = left;
    }

    @Override
    public Optional<List<Row>> next() {
      DataFile current = file;
      if (current == null) {
        current = left.poll();
        if (current == null) {
          return Optional.empty();
        }
        file = current;
        line = 0;
      }
      try {
        return Optional.of(read(current));
      } catch (JsonProcessingException e) {
        throw unusable(current.name(), line, "one item a line, got " + e.getOriginalMessage(), e);
      } catch (IOException e) {
        throw unusable(current.name(), line, "a whole file, got " + e, e);
      } catch (IllegalArgumentException | NullPointerException e) {
        throw unusable(current.name(), line, "a row of the table, got " + e.getMessage(), e);
      }
    }

    private List<Row> read(DataFile current) throws IOException {
      BufferedReader open = lines;
      if (open == null) {
        open = lines(new GZIPInputStream(files.open(current.name())));
        lines = open;
      }
      List<Row> rows = new ArrayList<>();
      while (rows.size() < PAGE) {
        String next = open.readLine();
        if (next == null) {
          end(current);
          break;
        }
        line++;
        Row row = reader.row(AttributeJson.item(JSON.readTree(next).path("Item")));
        if (!row.key().equals(leaseKey)) {
          rows.add(row);
        }
      }
      return rows;
    }

    private void end(DataFile current) throws IOException {
      close();
      file = null;
      if (current.rows() >= 0 && current.rows() != line) {
        throw unusable(current.name(), line, current.rows() + " rows, got " + line, null);
      }
    }

    @Override
    public void close() {
      BufferedReader open = lines;
      lines = null;
      if (open != null) {
        try {
          open.close();
        } catch (IOException e) {
          throw unusable(String.valueOf(file), line, "a file that can be closed, got " + e, e);
        }
      }
    }
  }
}
