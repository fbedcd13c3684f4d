package dev.faissjvm.bench;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Some rows of a table get other texts and are synced into the index of all: what a small change
 * costs as the index grows, in time and in what is written.
 */
final class ChangedRows implements Contestant {

  /** Rows that change each time. */
  static final int ROWS = 100;

  /** Beside a time: what the process wrote. */
  static final String WRITTEN = "KB written";

  private static final long CALL_MILLIS = 5;

  private final int rows;
  private final SimulatedTable table;
  private final SyncRun sync;
  private final int[] edition;
  private int next;
  private int runs;
  private long written;

  /** Syncs all rows into a new index. */
  ChangedRows(List<String> texts, Embedder<String> embedder, Path folder) throws IOException {
    this.rows = texts.size();
    this.edition = new int[rows];
    this.table =
        new SimulatedTable(
            rows, CALL_MILLIS, row -> edition[row] == 0 ? texts.get(row) : changed(texts, row));
    this.sync = table.sync(embedder, folder);
    expect(sync.run(SyncProgress.SILENT), rows);
  }

  private String changed(List<String> texts, int row) {
    return texts.get(row) + " " + edition[row];
  }

  @Override
  public String name() {
    return "dynamo-sync";
  }

  @Override
  public double sample() throws IOException {
    int from = next;
    next = from + 2 * ROWS > rows ? 0 : from + ROWS;
    for (int row = from; row < from + ROWS; row++) {
      edition[row]++;
    }
    table.mark(from, from + ROWS);
    long before = bytesWritten();
    long started = System.nanoTime();
    SyncReport report = sync.run(SyncProgress.SILENT);
    double millis = (System.nanoTime() - started) / 1e6;
    written += bytesWritten() - before;
    runs++;
    expect(report, ROWS);
    return millis;
  }

  @Override
  public Map<String, Double> beside() {
    return Map.of(WRITTEN, written / 1e3 / runs);
  }

  private static void expect(SyncReport report, int embedded) throws IOException {
    if (report.embedded() != embedded) {
      throw new IOException("sync: expected " + embedded + " rows, got " + report);
    }
  }

  private static long bytesWritten() throws IOException {
    return Machine.counter("/proc/self/io", "wchar");
  }
}
