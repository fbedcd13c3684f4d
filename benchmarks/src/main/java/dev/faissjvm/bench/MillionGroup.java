package dev.faissjvm.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.faissjvm.cli.cost.Prices;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.util.IOUtils;

/**
 * A million rows through the whole line, where one machine is looked at for its limits: the
 * embedder is simulated by the rate that was measured a moment before, and a table by its answering
 * time; documents, index, commits, merges and searches are real.
 *
 * <p>Processor time beside the embedder is given, too: on the machine that embeds, it is what the
 * embedder does not get.
 */
final class MillionGroup {

  private static final long CALL_MILLIS = 5;
  private static final int CHANGED = 1_000;
  private static final int SEARCHES = 200;

  private final Setting setting;
  private final List<String> texts;
  private final int rows;

  MillionGroup(Setting setting) throws IOException {
    this.setting = setting;
    this.texts = Setting.glosses(100_000);
    this.rows = setting.full() ? 1_000_000 : 50_000;
  }

  void run() throws IOException {
    double rate = measuredRate();
    Path folder = Files.createTempDirectory(setting.cache(), "million");
    SimulatedTable table =
        new SimulatedTable(rows, CALL_MILLIS, row -> row + " " + texts.get(row % texts.size()));
    PacedEmbedder embedder = new PacedEmbedder(Setting.DIMENSION, rate);
    SyncRun sync = table.sync(embedder, folder);
    load(sync, table, folder, rate);
    table.mark(0, CHANGED);
    SyncReport again = sync.run(SyncProgress.SILENT);
    record(CHANGED + " rows again, same text", "dynamo-sync", "s", again.took().toMillis() / 1e3);
    searches(folder, embedder);
    IOUtils.rm(folder);
  }

  private double measuredRate() throws IOException {
    try (TextEmbedder real = TextEmbedder.load(DefaultModel.folder())) {
      List<String> some = texts.subList(0, 2_000);
      real.embed(some.subList(0, 500));
      long started = System.nanoTime();
      real.embed(some);
      return some.size() / ((System.nanoTime() - started) / 1e9);
    }
  }

  private void load(SyncRun sync, SimulatedTable table, Path folder, double rate)
      throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak starts anew
    long cpu = cpuNanos();
    SyncReport report = sync.run(SyncProgress.SILENT);
    double cpuSeconds = (cpuNanos() - cpu) / 1e9;
    if (report.embedded() != rows || table.pendingRows() != 0) {
      throw new IOException("sync: expected " + rows + " rows, got " + report);
    }
    double seconds = report.took().toMillis() / 1e3;
    setting
        .sideBySide()
        .recorder()
        .record(
            new Result(
                "million",
                rows + " rows",
                "dynamo-sync",
                "rows/s",
                List.of(rows / seconds),
                Map.of(
                    "hours", seconds / 3_600,
                    "dollars of a server", seconds / 3_600 * Prices.read(null).of("server.hour"),
                    "share of the embedder's rate", rows / seconds / rate,
                    "CPU ms a row beside the embedder", cpuSeconds * 1e3 / rows,
                    "peak MB", peakMib(),
                    "disk MB", sizeOf(folder) / 1e6,
                    "commits", (double) report.commits())));
    record(rows + " rows", "embedder, its rate as measured before", "rows/s", rate);
  }

  private void searches(Path folder, PacedEmbedder embedder) throws IOException {
    try (SearchService service = SearchService.open(folder, embedder)) {
      for (SearchMode mode : SearchMode.values()) {
        double[] millis = new double[SEARCHES];
        for (int i = 0; i < 2 * SEARCHES; i++) { // the first half warms up
          SearchRequest request =
              SearchRequest.builder().text(texts.get(i)).mode(mode).k(10).build();
          long started = System.nanoTime();
          service.search(request);
          millis[i % SEARCHES] = (System.nanoTime() - started) / 1e6;
        }
        Arrays.sort(millis);
        String name = "a search, " + mode.name().toLowerCase(Locale.ROOT);
        setting
            .sideBySide()
            .recorder()
            .record(
                new Result(
                    "million",
                    name,
                    "dynamo-sync",
                    "ms",
                    List.of(millis[SEARCHES / 2]),
                    Map.of("p99", millis[SEARCHES * 99 / 100])));
      }
    }
  }

  private void record(String name, String contestant, String unit, double value)
      throws IOException {
    setting
        .sideBySide()
        .recorder()
        .record(new Result("million", name, contestant, unit, List.of(value), Map.of()));
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static double peakMib() throws IOException {
    return Machine.counter("/proc/self/status", "VmHWM") / 1_024.0;
  }

  private static long sizeOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long bytes = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    }
  }
}
