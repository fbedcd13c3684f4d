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
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
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
 * <p><b>Time.</b> Rows are as they were at the export's moment. Which of them have changed since,
 * the table says: those are pending, unless a sync has settled them in between.
 *
 * <p><b>Threads.</b> Safe for use by many threads; a listing belongs to one.
 *
 * <p><b>Errors.</b> {@link CorruptSnapshotException}, which names file and line, for files that are
 * absent, cut off, or not what the summary says, and for a count of rows or an MD5 that is another.
 */
public final class TableExport implements TableRows {

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
    return rows(0, 1).rows();
  }

  /** {@return how many data files there are} */
  public int files() {
    return dataFiles().size();
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
    return () -> {
      checkSummary();
      List<DataFile> all = dataFiles();
      Queue<DataFile> own = new ArrayDeque<>();
      for (int i = part; i < all.size(); i += parts) {
        own.add(all.get(i));
      }
      return new Pages(own);
    };
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

  /** A data file, how many rows it should have, and its MD5 in base 64, if that is known. */
  private record DataFile(String name, long rows, String md5) {}

  private List<DataFile> dataFiles() {
    List<DataFile> found = new ArrayList<>();
    int number = 0;
    try (BufferedReader lines = lines(files.open(FILES))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        JsonNode file = JSON.readTree(line);
        String key = file.path("dataFileS3Key").asText();
        if (!key.isEmpty()) {
          // The export may have been copied elsewhere: only the name below it counts.
          String name = "data/" + key.substring(key.lastIndexOf('/') + 1);
          found.add(
              new DataFile(
                  name, file.path("itemCount").asLong(-1), file.path("md5Checksum").asText()));
        }
      }
    } catch (IOException e) {
      throw unusable(FILES, number, "a readable list of files, got " + e, e);
    }
    found.sort(Comparator.comparing(DataFile::name));
    return found;
  }

  private static MessageDigest newMd5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("md5: expected in every JDK, got none", e);
    }
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
    private MessageDigest md5 = newMd5();
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
        md5 = newMd5();
        open = lines(new GZIPInputStream(new DigestInputStream(files.open(current.name()), md5)));
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
      String sum = Base64.getEncoder().encodeToString(md5.digest());
      if (!current.md5().isEmpty() && !current.md5().equals(sum)) {
        throw unusable(current.name(), line, "MD5 " + current.md5() + ", got " + sum, null);
      }
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
