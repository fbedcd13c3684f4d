package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.aws.S3ProxyServer;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.publish.Publisher;
import dev.faissjvm.sync.publish.Retention;
import dev.faissjvm.sync.publish.SnapshotStore;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.Library;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A writer publishes every second and prunes what is old, while three processes follow and search.
 * {@code -Dreaders.seconds} makes it longer; it is spent on a folder and again on S3.
 */
class ReadersIT {

  private static final int READERS = 3;
  private static final int KEYS = 400;
  private static final long SECONDS = Long.getLong("readers.seconds", 10);

  @TempDir Path work;

  @Test
  void readersOfAFolderSeeNoErrorAndAreNotBehind() throws Exception {
    follow(work.resolve("shared").toString());
  }

  @Test
  void readersOfS3SeeNoErrorAndAreNotBehind() throws Exception {
    try (S3ProxyServer server = S3ProxyServer.fork(work);
        S3Client client = server.client()) {
      client.createBucket(request -> request.bucket("readers"));
      follow(server.endpoint().toString());
    }
  }

  private void follow(String place) throws Exception {
    Library library =
        new Library(work.resolve("index"), DocumentMapping.recipe(), new HashingEmbedder(32));
    SnapshotStore store = ReaderProcess.store(place);
    Publisher publisher = Publisher.of(library.folder, store);
    Random random = new Random(1);
    change(library, random, KEYS);
    publisher.publish();
    List<Process> readers = new ArrayList<>();
    try {
      for (int i = 0; i < READERS; i++) {
        readers.add(start(place, i));
      }
      for (int i = 0; i < READERS; i++) {
        awaitFirstLine(readers.get(i), log(i));
      }
      long published = write(library, publisher, random);
      for (int i = 0; i < READERS; i++) {
        assertThat(readers.get(i).isAlive())
            .as("%s", Files.readString(log(i), StandardCharsets.UTF_8))
            .isTrue();
        readers.get(i).getOutputStream().write('\n');
        readers.get(i).getOutputStream().flush();
        assertThat(readers.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(log(i), StandardCharsets.UTF_8);
        System.out.println(
            place + ", " + published + " snapshots, reader " + i + ": " + said.trim());
        assertThat(said)
            .matches("(?s)reading\\nsearches [1-9]\\d+ moves \\d+ behind [0-2] problems 0\\n");
        assertThat(readers.get(i).exitValue()).isZero();
      }
    } finally {
      readers.forEach(Process::destroyForcibly);
    }
  }

  private static void change(Library library, Random random, int rows) throws IOException {
    for (int i = 0; i < rows; i++) {
      RowKey key = RowKey.of("g", "k" + (rows == KEYS ? i : random.nextInt(KEYS)));
      library.table.put(key, Map.of("content", "text " + random.nextInt(1_000)));
    }
    library.sync();
  }

  private static long write(Library library, Publisher publisher, Random random)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    long number = 0;
    while (System.nanoTime() < end) {
      long next = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      change(library, random, 20);
      number = publisher.publish().number();
      publisher.prune(new Retention(3, Duration.ofSeconds(5)));
      Thread.sleep(Math.max(0, TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime())));
    }
    return number;
  }

  private Path log(int reader) {
    return work.resolve("reader-" + reader + ".log");
  }

  private Process start(String place, int reader) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ReaderProcess.class.getName(),
            place,
            work.resolve("reader-" + reader).toString())
        .redirectErrorStream(true)
        .redirectOutput(log(reader).toFile())
        .start();
  }

  private static void awaitFirstLine(Process process, Path log)
      throws IOException, InterruptedException {
    while (Files.size(log) == 0) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(10);
    }
  }
}
