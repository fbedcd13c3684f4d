package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Two sync processes fight for one index and are killed at random moments, while writers change and
 * delete rows; one clean sync later nothing differs. {@code -Dkill.rounds}, {@code -Dkill.millis}
 * (how long a process lives at most), {@code -Dkill.writers} and {@code -Dkill.seed} make it
 * longer, fiercer or the same again.
 */
class KillIT {

  private static final int KEYS = 300;
  private static final int LIFE_MILLIS = Integer.getInteger("kill.millis", 1_500);
  private static final String TABLE = "killed";

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path folder;

  @Test
  void nothingIsLostOrDoubledByKills() throws Exception {
    try (DynamoDbLocalServer server = DynamoDbLocalServer.fork(null);
        DynamoDbClient client = DynamoClients.local(server.endpoint())) {
      ContentTable table = ContentTable.create(client, TableLayout.recipe(TABLE));
      AtomicBoolean writing = new AtomicBoolean(true);
      AtomicLong writes = new AtomicLong();
      int writers = Integer.getInteger("kill.writers", 2);
      ExecutorService threads = Executors.newFixedThreadPool(writers);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        Random own = new Random(seed + i);
        running.add(threads.submit(() -> write(table, own, writing, writes)));
      }
      int rounds = Integer.getInteger("kill.rounds", 3);
      long started = System.nanoTime();
      for (int round = 0; round < rounds; round++) {
        killSoon(server.endpoint().toString(), round);
      }
      writing.set(false);
      for (Future<?> writer : running) {
        writer.get();
      }
      threads.shutdown();
      VerifyReport report = syncAndVerify(table);
      System.out.println(
          "kill rounds "
              + rounds
              + " in "
              + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - started)
              + " s, writes "
              + writes
              + ", runs that ended "
              + synced()
              + ", "
              + report);
      assertThat(report.isTrue()).as("-Dkill.seed=%d: %s", seed, report).isTrue();
      assertThat(report.pending()).isZero();
      assertThat(report.rows()).isPositive();
    }
  }

  private void write(ContentTable table, Random own, AtomicBoolean writing, AtomicLong writes) {
    while (writing.get()) {
      RowKey key = RowKey.of("g" + own.nextInt(3), "k" + own.nextInt(KEYS));
      if (own.nextInt(5) == 0) {
        table.delete(key);
      } else {
        table.put(key, Map.of("content", "text " + own.nextInt(1_000) + " of " + key));
      }
      writes.incrementAndGet();
    }
  }

  private void killSoon(String endpoint, int round) throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(start(endpoint, folder.resolve("log-" + round + "-" + i)));
    }
    for (int i = 0; i < 2; i++) {
      awaitFirstLine(processes.get(i), folder.resolve("log-" + round + "-" + i));
    }
    Thread.sleep(random.nextInt(LIFE_MILLIS));
    for (Process process : processes) {
      process.destroyForcibly();
      Thread.sleep(random.nextInt(300));
    }
    for (Process process : processes) {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private Process start(String endpoint, Path log) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SyncProcess.class.getName(),
            endpoint,
            TABLE,
            folder.resolve("index").toString())
        .redirectErrorStream(true)
        .redirectOutput(new File(log.toString()))
        .start();
  }

  private static void awaitFirstLine(Process process, Path log)
      throws IOException, InterruptedException {
    while (Files.size(log) == 0) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(10);
    }
    assertThat(Files.readString(log, StandardCharsets.UTF_8)).doesNotContain("Exception in");
  }

  /** Counts the runs that came to their end before their process was killed. */
  private long synced() throws IOException {
    long runs = 0;
    try (Stream<Path> logs = Files.list(folder)) {
      for (Path log :
          logs.filter(file -> file.getFileName().toString().startsWith("log-")).toList()) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
          runs += lines.filter(line -> line.startsWith("synced ")).count();
        }
      }
    }
    return runs;
  }

  private VerifyReport syncAndVerify(ContentTable table) throws IOException {
    DocumentMapping mapping = DocumentMapping.recipe();
    HashingEmbedder embedder = new HashingEmbedder(32);
    Path index = folder.resolve("index");
    new SyncRun(
            table.pendingRows(mapping),
            table.lease("the last", Duration.ofSeconds(5)),
            mapping,
            embedder,
            IndexFolder.of(index))
        .run(SyncProgress.SILENT);
    return Verifier.byVector(table.rows(), mapping, index, embedder).verify(SyncProgress.SILENT);
  }
}
