package dev.faissjvm.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Rows of a table into an index, beside the embedder alone on the same rows.
 *
 * <p>DynamoDB Local takes its share of the same cores, so three things are measured: rows a second
 * with it, where the loop of the original recipe in Python has its turn too; processor time of the
 * sync's own process with it; and rows a second with a {@link FarTable}, which is what a sync of a
 * table in the cloud meets.
 */
final class LineGroup {

  private static final int IDLE_RUNS = 100;
  private static final int ROWS = 500;
  private static final int FAR_ROWS = 4_000;
  private static final int ALL_ROWS = 117_791;
  private static final int SOME_ROWS = 20_000; // in float32, which takes four times as long
  private static final int ALL_ROUNDS = 3;
  private static final int[] INDEX_ROWS = {2_000, 20_000};
  private static final int[] FULL_INDEX_ROWS = {2_000, 20_000, ALL_ROWS};
  private static final int WARM_UPS = 3;

  private final Setting setting;
  private final List<String> texts;
  private final List<String> farTexts;
  private final Path indexes;
  private int tables;

  LineGroup(Setting setting) throws IOException {
    this.setting = setting;
    this.texts = Setting.glosses(ROWS);
    this.farTexts = Setting.glosses(setting.full() ? ALL_ROWS : FAR_ROWS);
    this.indexes = Files.createTempDirectory("bench-line");
  }

  void run() throws IOException {
    try (TextEmbedder embedder = TextEmbedder.load(DefaultModel.folder())) {
      withFarTable(embedder, farTexts);
      withLocalTable(embedder);
      withChanges(embedder);
      if (setting.full() && embedder.precision() != Precision.FLOAT32) {
        try (TextEmbedder exact =
            TextEmbedder.builder(DefaultModel.folder()).precision(Precision.FLOAT32).load()) {
          withFarTable(exact, farTexts.subList(0, SOME_ROWS));
        }
      }
    } finally {
      IOUtils.rm(indexes);
    }
  }

  private void withFarTable(TextEmbedder embedder, List<String> rowTexts) throws IOException {
    // The first syncs of a process share the cores with the compiler.
    Embedder<String> quick = new PacedEmbedder(embedder.dimension(), Double.POSITIVE_INFINITY);
    for (int i = 0; i < WARM_UPS; i++) {
      new FarSync(quick, rowTexts).ready().run();
    }
    new FarSync(embedder, rowTexts.subList(0, FAR_ROWS)).ready().run();
    int rows = rowTexts.size();
    Rounds rounds = setting.full() ? setting.sideBySide().of(ALL_ROUNDS) : setting.sideBySide();
    rounds.runWarm(
        "line",
        rows
            + " rows, "
            + embedder.precision().name().toLowerCase(Locale.ROOT)
            + ", a call takes "
            + FarTable.CALL_MILLIS
            + " ms",
        "rows/s",
        List.of(
            new Rate(new FarSync(embedder, rowTexts), rows),
            new Rate(new EmbedderAlone(embedder, rowTexts), rows)));
  }

  private void withLocalTable(TextEmbedder embedder) throws IOException {
    try (DynamoDbLocalServer server = DynamoDbLocalServer.fork(null);
        DynamoDbClient client = DynamoClients.create("us-east-1", server.endpoint())) {
      setting
          .sideBySide()
          .run(
              "line",
              texts.size() + " rows",
              "rows/s",
              List.of(
                  new Rate(new Sync(client, embedder), texts.size()),
                  new Rate(new EmbedderAlone(embedder, texts), texts.size()),
                  new Recipe(client, server.endpoint().toString())));
      setting
          .sideBySide()
          .run(
              "line",
              texts.size() + " rows, processor time a row",
              "ms",
              List.of(
                  new Processor(new Sync(client, embedder), texts.size()),
                  new Processor(new EmbedderAlone(embedder, texts), texts.size())));
      setting
          .sideBySide()
          .run(
              "line",
              "nothing pending",
              "ms",
              List.of(new Idle(client, embedder, true), new Idle(client, embedder, false)));
    }
  }

  private void withChanges(TextEmbedder embedder) throws IOException {
    for (int rows : setting.full() ? FULL_INDEX_ROWS : INDEX_ROWS) {
      Path folder = Files.createTempDirectory(indexes, "changed");
      ChangedRows changed = new ChangedRows(Setting.glosses(rows), embedder, folder);
      String name =
          String.format(
              Locale.ROOT, "%d rows changed in an index of %,d rows", ChangedRows.ROWS, rows);
      setting.sideBySide().run("line", name, "ms", List.of(changed));
    }
  }

  private ContentTable table(DynamoDbClient client, int rows) {
    ContentTable table = ContentTable.create(client, TableLayout.recipe("bench" + tables++));
    Map<RowKey, Map<String, Object>> content = new LinkedHashMap<>();
    for (int i = 0; i < rows; i++) {
      content.put(RowKey.of("g" + i % 4, "row" + i), Map.of("content", texts.get(i)));
    }
    table.load(content);
    return table;
  }

  private SyncRun sync(ContentTable table, TextEmbedder embedder) throws IOException {
    return sync(
        table.pendingRows(DocumentMapping.recipe()),
        table.lease("bench", Duration.ofMinutes(1)),
        embedder);
  }

  private SyncRun sync(PendingRows pending, Lease lease, Embedder<String> embedder)
      throws IOException {
    Path folder = Files.createTempDirectory(indexes, "index");
    return new SyncRun(pending, lease, DocumentMapping.recipe(), embedder, IndexFolder.of(folder));
  }

  /** A sync of a table that is elsewhere. */
  private final class FarSync implements Measured {
    private final Embedder<String> embedder;
    private final List<String> texts;

    FarSync(Embedder<String> embedder, List<String> texts) {
      this.embedder = embedder;
      this.texts = texts;
    }

    @Override
    public String name() {
      return "dynamo-sync";
    }

    @Override
    public Work ready() throws IOException {
      FarTable table = new FarTable(texts);
      SyncRun run = sync(table, table, embedder);
      return () -> {
        SyncReport report = run.run(SyncProgress.SILENT);
        expectAll(report, texts.size() - table.left(), texts.size());
      };
    }
  }

  private final class Sync implements Measured {
    private final DynamoDbClient client;
    private final TextEmbedder embedder;

    Sync(DynamoDbClient client, TextEmbedder embedder) {
      this.client = client;
      this.embedder = embedder;
    }

    @Override
    public String name() {
      return "dynamo-sync";
    }

    @Override
    public Work ready() throws IOException {
      SyncRun run = sync(table(client, texts.size()), embedder);
      return () -> {
        SyncReport report = run.run(SyncProgress.SILENT);
        expectAll(report, report.embedded(), texts.size());
      };
    }
  }

  private static void expectAll(SyncReport report, long settled, int rows) throws IOException {
    if (report.embedded() != rows || settled != rows) {
      throw new IOException("sync: expected " + rows + " rows, got " + report);
    }
  }

  private record EmbedderAlone(TextEmbedder embedder, List<String> texts) implements Measured {

    @Override
    public String name() {
      return "the embedder alone";
    }

    @Override
    public Work ready() {
      return () -> embedder.embed(texts);
    }
  }

  /** Work that is made ready before it is measured. */
  private interface Measured {
    String name();

    Work ready() throws IOException;
  }

  /** What is measured. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  /** Rows a second. */
  private record Rate(Measured measured, int rows) implements Contestant {

    @Override
    public String name() {
      return measured.name();
    }

    @Override
    public double sample() throws IOException {
      Work work = measured.ready();
      long started = System.nanoTime();
      work.run();
      return rows / ((System.nanoTime() - started) / 1e9);
    }
  }

  /** Processor time of this process for each row; that of the table's process is not in it. */
  private record Processor(Measured measured, int rows) implements Contestant {

    @Override
    public String name() {
      return measured.name();
    }

    @Override
    public double sample() throws IOException {
      Work work = measured.ready();
      long before = spentNanos();
      work.run();
      return (spentNanos() - before) / 1e6 / rows;
    }

    private static long spentNanos() {
      return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }
  }

  /**
   * The tutorial's loop on some of the rows: it writes the whole index file for each. It embeds by
   * sentence-transformers, as the tutorial does; the quick run, which has no torch, by ONNX
   * Runtime, which is quicker.
   */
  private final class Recipe implements Contestant {
    private static final int ROWS = 200;

    private final DynamoDbClient client;
    private final String endpoint;

    Recipe(DynamoDbClient client, String endpoint) {
      this.client = client;
      this.endpoint = endpoint;
    }

    @Override
    public String name() {
      String by = setting.full() ? "sentence-transformers" : "ONNX Runtime";
      return "the recipe's loop by " + by + ", " + ROWS + " rows";
    }

    @Override
    public double sample() throws IOException {
      ContentTable table = table(client, ROWS);
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  endpoint,
                  table.layout().table(),
                  setting.cache().resolve("recipe.faiss").toString()));
      if (setting.full()) {
        arguments.add(DefaultModel.folder().toString());
      } else {
        arguments.add(setting.resource("all-minilm-l6-v2.onnx").toString());
        arguments.add(setting.resource("all-minilm-l6-v2-tokenizer.json").toString());
      }
      try (Child recipe = setting.startPython("recipe.py", arguments.toArray(new String[0]))) {
        return ROWS / recipe.askNumber("run", String.valueOf(ROWS));
      }
    }
  }

  /** A run that finds nothing, or only the table call that finds it out. */
  private final class Idle implements Contestant {
    private static final int ROWS_BEFORE = 100;

    private final PendingRows pending;
    private final @Nullable SyncRun sync;

    Idle(DynamoDbClient client, TextEmbedder embedder, boolean whole) throws IOException {
      ContentTable table = table(client, ROWS_BEFORE);
      SyncRun first = sync(table, embedder);
      first.run(SyncProgress.SILENT);
      this.pending = table.pendingRows(DocumentMapping.recipe());
      this.sync = whole ? first : null;
    }

    @Override
    public String name() {
      return sync == null ? "the table call alone" : "dynamo-sync";
    }

    @Override
    public double sample() throws IOException {
      long started = System.nanoTime();
      for (int i = 0; i < IDLE_RUNS; i++) {
        if (sync != null) {
          sync.run(SyncProgress.SILENT);
        } else {
          try (RowPages<RowKey> pages = pending.candidates()) {
            pages.next();
          }
        }
      }
      return (System.nanoTime() - started) / 1e6 / IDLE_RUNS;
    }
  }
}
