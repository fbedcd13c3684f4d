package dev.faissjvm.bench;

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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Rows of a table into an index: a sync, the embedder alone on the same rows, and the loop of the
 * original recipe in Python, each on a table of its own in one DynamoDB Local, which takes its
 * share of the same cores.
 */
final class LineGroup {

  private static final int IDLE_RUNS = 100;

  private final Setting setting;
  private final List<String> texts;
  private int tables;

  LineGroup(Setting setting) throws IOException {
    this.setting = setting;
    this.texts = Setting.glosses(setting.full() ? 10_000 : 500);
  }

  void run() throws IOException {
    try (TextEmbedder embedder = TextEmbedder.load(DefaultModel.folder());
        DynamoDbLocalServer server = DynamoDbLocalServer.fork(null);
        DynamoDbClient client = DynamoClients.create("us-east-1", server.endpoint())) {
      setting
          .sideBySide()
          .run(
              "line",
              texts.size() + " rows",
              "rows/s",
              List.of(
                  new Sync(client, embedder),
                  new EmbedderAlone(embedder),
                  new Recipe(client, server.endpoint().toString())));
      setting
          .sideBySide()
          .run(
              "line",
              "nothing pending",
              "ms",
              List.of(new Idle(client, embedder, true), new Idle(client, embedder, false)));
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

  private static SyncRun sync(ContentTable table, TextEmbedder embedder) throws IOException {
    Path folder = Files.createTempDirectory("bench-index");
    return new SyncRun(
        table.pendingRows(DocumentMapping.recipe()),
        table.lease("bench", Duration.ofMinutes(1)),
        DocumentMapping.recipe(),
        embedder,
        IndexFolder.of(folder));
  }

  private final class Sync implements Contestant {
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
    public double sample() throws IOException {
      SyncReport report = sync(table(client, texts.size()), embedder).run(SyncProgress.SILENT);
      if (report.embedded() != texts.size()) {
        throw new IOException("sync: expected " + texts.size() + " rows, got " + report);
      }
      return texts.size() / (report.took().toNanos() / 1e9);
    }
  }

  private final class EmbedderAlone implements Contestant {
    private final TextEmbedder embedder;

    EmbedderAlone(TextEmbedder embedder) {
      this.embedder = embedder;
    }

    @Override
    public String name() {
      return "the embedder alone";
    }

    @Override
    public double sample() {
      long started = System.nanoTime();
      embedder.embed(texts);
      return texts.size() / ((System.nanoTime() - started) / 1e9);
    }
  }

  /** The tutorial's loop on some of the rows: it writes the whole index file for each. */
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
      return "the recipe's loop, " + ROWS + " rows";
    }

    @Override
    public double sample() throws IOException {
      ContentTable table = table(client, ROWS);
      try (Child recipe =
          setting.startPython(
              "recipe.py",
              endpoint,
              table.layout().table(),
              setting.resource("all-minilm-l6-v2.onnx").toString(),
              setting.resource("all-minilm-l6-v2-tokenizer.json").toString(),
              setting.cache().resolve("recipe.faiss").toString())) {
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
