package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.cli.load.BadLineException;
import dev.faissjvm.cli.load.FileRow;
import dev.faissjvm.cli.load.RowReader;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Rows of files on their way into a table: the ones it has already are passed over, the ones that
 * cannot be used are named, the rest is written.
 *
 * <p><b>Threads.</b> One thread; a signal may ask it to stop, which it does between two batches.
 */
final class RowLoad {

  /** The most bytes that a row of a table may have. */
  static final int MAX_ROW_BYTES = 400 * 1024;

  private static final int BATCH = 500;
  private static final long BATCH_BYTES = 8 << 20;
  private static final int MOST_NAMED = 20;

  private final ContentTable table;
  private final PendingRows present;
  private final KeyNames keys;
  private final String textField;
  private final Context context;
  private long written;
  private long unchanged;
  private long refused;
  private ExitCode worst = ExitCode.OK;
  private volatile boolean stopped;

  RowLoad(ContentTable table, KeyNames keys, String textField, Context context) {
    this.table = table;
    this.keys = keys;
    this.textField = textField;
    this.context = context;
    this.present = table.pendingRows(DocumentMapping.of(keys, "{" + textField + "}"));
  }

  /** Loads one file until its end or until the process is asked to stop. */
  void load(String name, RowReader reader, long total) throws IOException {
    long before = written + unchanged;
    Progress progress = Progress.start(context.console(), "load", "rows", total);
    try {
      context
          .interruption()
          .guard(
              () -> stopped = true,
              () -> {
                boolean more = true;
                while (more && !stopped) {
                  Map<RowKey, Map<String, Object>> batch = new LinkedHashMap<>();
                  more = fill(batch, name, reader);
                  write(batch);
                  progress.update(written + unchanged - before);
                }
                return more;
              });
    } finally {
      progress.cancel();
    }
  }

  /** {@return whether the process was asked to stop} */
  boolean stopped() {
    return stopped;
  }

  /** {@return what was done, in one line} */
  String summary() {
    return String.format(
        Locale.ROOT,
        "load: %,d rows written and marked as pending, %,d were there already, %,d cannot be used",
        written,
        unchanged,
        refused);
  }

  /** {@return what was done, as JSON} */
  ObjectNode json() {
    return Json.object()
        .put("written", written)
        .put("unchanged", unchanged)
        .put("refused", refused);
  }

  /** Says what could not be done, and returns how it ended. */
  ExitCode end() {
    if (refused > MOST_NAMED) {
      context
          .console()
          .note("load: and " + (refused - MOST_NAMED) + " more rows that cannot be used");
    }
    if (stopped) {
      context.console().note("load: stopped; run the same command again to go on");
      return ExitCode.INTERRUPTED;
    }
    return worst;
  }

  private boolean fill(Map<RowKey, Map<String, Object>> batch, String name, RowReader reader)
      throws IOException {
    long batchBytes = 0;
    while (batch.size() < BATCH && batchBytes < BATCH_BYTES) {
      try {
        FileRow row = reader.next();
        if (row == null) {
          return false;
        }
        Map<String, Object> attributes = attributes(row);
        long bytes = bytes(attributes) + row.group().length() + row.id().length();
        if (bytes > MAX_ROW_BYTES) {
          refuse(
              ExitCode.TOO_LARGE,
              name
                  + ": row: expected at most "
                  + MAX_ROW_BYTES
                  + " bytes, got "
                  + bytes
                  + "; shorten or split its text; line="
                  + row.line());
        } else {
          batch.put(RowKey.of(row.group(), row.id()), attributes);
          batchBytes += bytes;
        }
      } catch (BadLineException e) {
        refuse(ExitCode.BAD_INPUT, name + ": " + e.getMessage());
      } catch (IllegalArgumentException e) {
        refuse(ExitCode.BAD_INPUT, name + ": " + e.getMessage());
      }
    }
    return true;
  }

  private Map<String, Object> attributes(FileRow row) {
    Map<String, Object> attributes = new HashMap<>(row.fields());
    attributes.put(textField, row.text());
    return attributes;
  }

  private void refuse(ExitCode code, String message) {
    if (refused++ < MOST_NAMED) {
      context.console().note("load: " + message);
    }
    if (worst == ExitCode.OK) {
      worst = code;
    }
  }

  private void write(Map<RowKey, Map<String, Object>> batch) {
    if (batch.isEmpty()) {
      return;
    }
    for (Row row : present.read(new ArrayList<>(batch.keySet()))) {
      Map<String, Object> wanted = batch.get(row.key());
      if (wanted != null && !row.deleted() && isSame(row, wanted)) {
        batch.remove(row.key());
        unchanged++;
      }
    }
    if (!batch.isEmpty()) {
      table.load(batch);
      written += batch.size();
    }
  }

  private boolean isSame(Row row, Map<String, Object> wanted) {
    Map<String, Object> there = new HashMap<>(row.attributes());
    there.keySet().removeIf(keys::contains);
    if (!there.keySet().equals(wanted.keySet())) {
      return false;
    }
    for (Map.Entry<String, Object> entry : wanted.entrySet()) {
      Object value = there.get(entry.getKey());
      boolean same =
          (entry.getValue() instanceof BigDecimal number && value instanceof BigDecimal other)
              ? number.compareTo(other) == 0
              : entry.getValue().equals(value);
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /**
   * The size of attributes as DynamoDB counts it, names and values in UTF-8, rounded up a little.
   */
  private static long bytes(Map<String, Object> attributes) {
    long bytes = 0;
    for (Map.Entry<String, Object> entry : attributes.entrySet()) {
      bytes += entry.getKey().length();
      bytes +=
          entry.getValue() instanceof String text
              ? text.getBytes(StandardCharsets.UTF_8).length
              : String.valueOf(entry.getValue()).length();
    }
    return bytes;
  }
}
