package dev.faissjvm.sync;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.faiss.Faiss;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoDbLocal;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.testing.InMemoryTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Prints how fast a sync is beside its embedder alone on the same rows, by turns, and what a run
 * with nothing pending costs beside its table call.
 *
 * <p>Arguments: the model's folder, rows (2000), rounds (3), and the table: {@code file} or {@code
 * memory} for DynamoDB Local in this process, which takes its share of the cores, or {@code remote}
 * for the double with an answer after {@value #REMOTE_MILLIS} ms, as from a table elsewhere. Rows
 * are gloss-like English from a seed. Run with {@code DDB_LOCAL_TELEMETRY=0}.
 */
final class SyncBench {

  private static final String[] WORDS =
      ("a the of and in to that is or for by with from on at as something someone person place large"
              + " small old new open closed used made water bread house tree river mountain animal"
              + " plant bird fish metal stone paper music sound light colour time day night year"
              + " money work trade law church school book word letter number act process state"
              + " quality manner feeling thought idea purpose group member part piece line edge"
              + " surface body head hand foot eye heart blood disease medicine doctor soldier war"
              + " ship sail wind storm rain snow fire heat cold move turn carry hold give take put"
              + " keep leave find lose break cut join build grow eat drink sleep speak write read"
              + " usually often especially formerly having being without within between against")
          .split(" ");

  private static final int REMOTE_MILLIS = 5;

  private SyncBench() {}

  public static void main(String[] arguments) throws IOException {
    int rows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2_000;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    String kind = arguments.length > 3 ? arguments[3] : "file";
    Path work = Files.createTempDirectory("sync-bench");
    Faiss.load();
    try (Embedder<String> embedder = TextEmbedder.load(Path.of(arguments[0]))) {
      Map<RowKey, Map<String, Object>> content = content(rows);
      if (kind.equals("remote")) {
        for (int round = 0; round < rounds; round++) {
          InMemoryTable table = new InMemoryTable(DocumentMapping.recipe());
          content.forEach(table::put);
          Lease lease = table.lease("bench", Duration.ofMinutes(1), Clock.systemUTC());
          compare(content, embedder, far(table), lease, work.resolve("index" + round));
        }
        return;
      }
      try (DynamoDbLocal local =
          kind.equals("file")
              ? DynamoDbLocal.onFile(work.resolve("table.db"))
              : DynamoDbLocal.inMemory()) {
        for (int round = 0; round < rounds; round++) {
          TableLayout layout = TableLayout.recipe("bench" + round);
          ContentTable table = ContentTable.create(local.client(), layout);
          table.load(content);
          PendingRows pending = table.pendingRows(DocumentMapping.recipe());
          Lease lease = table.lease("bench", Duration.ofMinutes(1));
          compare(content, embedder, pending, lease, work.resolve("index" + round));
        }
      }
    }
  }

  private static void compare(
      Map<RowKey, Map<String, Object>> content,
      Embedder<String> embedder,
      PendingRows pending,
      Lease lease,
      Path folder)
      throws IOException {
    List<String> texts = new ArrayList<>();
    content.values().forEach(row -> texts.add((String) row.get("content")));
    embedder.embed(texts.subList(0, Math.min(512, texts.size())));
    long started = System.nanoTime();
    embedder.embed(texts);
    double alone = (System.nanoTime() - started) / 1e9;
    SyncRun sync =
        new SyncRun(pending, lease, DocumentMapping.recipe(), embedder, IndexFolder.of(folder));
    SyncReport report = sync.run(SyncProgress.SILENT);
    double took = report.took().toMillis() / 1e3;
    System.out.printf(
        Locale.ROOT,
        "rows %d: embedder alone %.0f rows/s; sync %.0f rows/s, %.1f %% of it; embedding %.1f %%"
            + " of the run; commits %d, took %.2f s%n",
        texts.size(),
        texts.size() / alone,
        texts.size() / took,
        100 * alone / took,
        100.0 * report.embedding().toMillis() / report.took().toMillis(),
        report.commits(),
        took);
    idle(pending, sync);
  }

  /** A table whose calls take a while, and nobody's processor. */
  private static PendingRows far(PendingRows near) {
    return new PendingRows() {
      @Override
      public RowPages<RowKey> candidates() {
        pause();
        return near.candidates();
      }

      @Override
      public List<Row> read(List<RowKey> keys) {
        pause();
        return near.read(keys);
      }

      @Override
      public Settlement clear(Row seen) {
        pause();
        return near.clear(seen);
      }

      @Override
      public Settlement remove(Row seen) {
        pause();
        return near.remove(seen);
      }
    };
  }

  private static void pause() {
    try {
      Thread.sleep(REMOTE_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void idle(PendingRows pending, SyncRun sync) throws IOException {
    double[] calls = new double[200];
    double[] runs = new double[200];
    for (int i = 0; i < calls.length; i++) {
      long started = System.nanoTime();
      try (RowPages<RowKey> pages = pending.candidates()) {
        pages.next();
      }
      long called = System.nanoTime();
      sync.run(SyncProgress.SILENT);
      calls[i] = (called - started) / 1e6;
      runs[i] = (System.nanoTime() - called) / 1e6;
    }
    Arrays.sort(calls);
    Arrays.sort(runs);
    System.out.printf(
        Locale.ROOT,
        "nothing pending: table call %.2f ms, whole run %.2f ms (medians of 200; worst %.1f, %.1f)%n",
        calls[100],
        runs[100],
        calls[199],
        runs[199]);
  }

  private static Map<RowKey, Map<String, Object>> content(int rows) {
    Random random = new Random(1);
    Map<RowKey, Map<String, Object>> content = new LinkedHashMap<>();
    for (int i = 0; i < rows; i++) {
      StringBuilder text = new StringBuilder();
      for (int words = 4 + random.nextInt(14); words > 0; words--) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(words == 1 ? "" : " ");
      }
      content.put(
          RowKey.of("g" + i % 4, "row" + i), Map.of("content", text.toString(), "words", "w" + i));
    }
    return content;
  }
}
