package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.cli.testing.App;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.Lease;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * What goes wrong for people: each time one line that says what to do, a code, and nothing lost.
 */
class BadInputIT {

  @TempDir static Path folder = Path.of("");

  private static @Nullable DynamoDbLocalServer server;
  private static String endpoint = "";

  @BeforeAll
  static void startATable() throws IOException {
    server = DynamoDbLocalServer.fork(null);
    endpoint = server.endpoint().toString();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static App app() {
    return App.in(folder)
        .with("AWS_ACCESS_KEY_ID", "local")
        .with("AWS_SECRET_ACCESS_KEY", "local")
        .with("AWS_REGION", "us-east-1");
  }

  private static DynamoDbClient client() {
    return DynamoClients.local(URI.create(endpoint));
  }

  private static App.Result run(String command, String table, String... more) throws IOException {
    String[] args = new String[5 + more.length];
    args[0] = command;
    args[1] = "--table";
    args[2] = table;
    args[3] = "--endpoint";
    args[4] = endpoint;
    System.arraycopy(more, 0, args, 5, more.length);
    return app().run(args);
  }

  private static void assertFailed(App.Result result, ExitCode code, String... words) {
    assertThat(result.code()).as(result.err()).isEqualTo(code.code());
    assertThat(result.err().lines().filter(line -> line.startsWith("faissjvm: "))).hasSize(1);
    assertThat(result.err()).contains(words).doesNotContain("\tat ");
  }

  private static void load(String table, Map<String, String> texts) {
    try (DynamoDbClient client = client()) {
      ContentTable rows = ContentTable.create(client, TableLayout.recipe(table));
      Map<RowKey, Map<String, Object>> all = new HashMap<>();
      texts.forEach((id, text) -> all.put(RowKey.of("g", id), Map.of("content", text)));
      rows.load(all);
    }
  }

  @Test
  void aMissingTable() throws IOException {
    assertFailed(run("sync", "none"), ExitCode.NO_TABLE, "none");
  }

  @Test
  void otherKeys() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("o.jsonl"), "{\"a\":\"1\",\"b\":\"2\",\"content\":\"x\"}\n");
    assertThat(run("load", "other", "--create", "--keys", "a,b", file.toString()).code()).isZero();
    assertFailed(run("sync", "other"), ExitCode.WRONG_TABLE, "content_group");
    assertThat(run("sync", "other", "--keys", "a,b").out()).contains("1 embedded");
  }

  @Test
  void noCredentials() throws IOException {
    App.Result result =
        App.in(folder)
            .with("AWS_REGION", "us-east-1")
            .run("sync", "--table", "t", "--endpoint", endpoint);
    assertFailed(result, ExitCode.NO_CREDENTIALS, "credentials");
  }

  @Test
  void noRegion() throws IOException {
    App.Result result = App.in(folder).run("sync", "--table", "t");
    assertFailed(result, ExitCode.NO_CREDENTIALS, "region");
  }

  @Test
  void nobodyAtTheEndpoint() throws IOException {
    App.Result result = app().run("sync", "--table", "t", "--endpoint", "http://127.0.0.1:1");
    assertFailed(result, ExitCode.UNREACHABLE, "faissjvm: ");
  }

  @Test
  void aRowWithoutTextIsParkedAndTheOthersAreIndexed() throws IOException {
    load("texts", Map.of("1", "bread and water"));
    try (DynamoDbClient client = client()) {
      ContentTable.open(client, TableLayout.recipe("texts"))
          .put(RowKey.of("g", "2"), Map.of("title", "no text here"));
    }
    App.Result result = run("sync", "texts");
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.PARKED.code());
    assertThat(result.out()).contains("1 embedded", "1 parked");
    assertThat(result.err()).contains("content");
    assertThat(run("search", "texts", "--json", "something to eat").lines()).hasSize(1);
  }

  @Test
  void aTextOf400KilobytesIsNamedWithItsLine() throws IOException {
    String text = "word ".repeat(80 * 1024);
    Path file =
        Files.writeString(
            folder.resolve("large.jsonl"),
            "{\"content_group\":\"g\",\"content_id\":\"1\",\"content\":\""
                + text
                + "\"}\n"
                + "{\"content_group\":\"g\",\"content_id\":\"2\",\"content\":\"small\"}\n");
    App.Result result = run("load", "large", "--create", file.toString());
    assertThat(result.code()).isEqualTo(ExitCode.TOO_LARGE.code());
    assertThat(result.err()).contains("row: expected at most 409600 bytes, got 409", "line=1");
    assertThat(result.out()).contains("1 rows written");
  }

  @Test
  void aLongTextThatFitsIsIndexed() throws IOException {
    load("long", Map.of("1", "bread ".repeat(60 * 1024)));
    App.Result result = run("sync", "long");
    assertThat(result.out() + result.err()).contains("1 embedded");
  }

  @Test
  void anIndexFolderThatIsNone() throws IOException {
    load("folder", Map.of("1", "bread"));
    Path file = Files.writeString(folder.resolve("file"), "not a folder");
    assertFailed(
        run("sync", "folder", "--index", file.toString()),
        ExitCode.UNREADABLE_INDEX,
        file.toString());
    assertFailed(
        run("search", "folder", "--index", file.toString(), "bread"),
        ExitCode.UNREADABLE_INDEX,
        file.toString());
    assertThat(file).hasContent("not a folder");
    assertFailed(
        run("search", "folder", "--index", folder.resolve("empty").toString(), "bread"),
        ExitCode.NO_INDEX,
        "faissjvm sync");
  }

  @Test
  void aDamagedIndex() throws IOException {
    load("damaged", Map.of("1", "bread"));
    Path index = folder.resolve("damaged");
    assertThat(run("sync", "damaged", "--index", index.toString()).code()).isZero();
    try (var files = Files.walk(index)) {
      for (Path file :
          files.filter(path -> path.getFileName().toString().startsWith("segments")).toList()) {
        Files.write(file, new byte[10]);
      }
    }
    assertFailed(
        run("search", "damaged", "--index", index.toString(), "bread"),
        ExitCode.UNREADABLE_INDEX,
        index.toString());
  }

  @Test
  void aSecondSyncAtTheSameTime() throws IOException {
    load("busy", Map.of("1", "bread"));
    try (DynamoDbClient client = client()) {
      Lease lease =
          ContentTable.open(client, TableLayout.recipe("busy"))
              .lease("somebody else", Duration.ofMinutes(2));
      Fence fence = lease.acquire();
      assertFailed(run("sync", "busy"), ExitCode.BUSY, "somebody else");
      lease.release(fence);
    }
    assertThat(run("sync", "busy").out()).contains("1 embedded");
  }

  @Test
  void questionsThatMakeNoSense() throws IOException {
    load("asked", Map.of("1", "bread"));
    assertThat(run("sync", "asked", "--filter-field", "year=number").code()).isZero();
    String[][] wrong = {
      {"k: expected 1 to 1000000 with the offset, got 0", "-k", "0"},
      {"filter: expected one of the index's filter fields, got 'colour'", "--filter", "colour=red"},
      {"filter: expected a number, got 'red'", "--filter", "year=red"},
      {"mode: expected semantic, keyword or hybrid, got 'best'", "--mode", "best"},
    };
    for (String[] one : wrong) {
      assertFailed(run("search", "asked", one[1], one[2], "bread"), ExitCode.USAGE, one[0]);
    }
    assertFailed(
        run("search", "asked", "--like", "words/9"),
        ExitCode.USAGE,
        "search: like: expected an indexed row, got words/9");
    assertThat(run("search", "asked", "-k", "1000000", "--json", "bread").lines()).hasSize(1);
    App.Result large =
        app().runWithInput("y".repeat(1 << 20), "search", "--table", "asked", "--json");
    assertFailed(large, ExitCode.USAGE, "text: expected 1 to 20000 chars, got 1048576");
  }

  /** It ended when it met another. */
  @Test
  void aWatchingSyncWaitsForAnotherAndGoesOn() throws IOException, InterruptedException {
    load("shared", Map.of("1", "bread"));
    try (DynamoDbClient client = client()) {
      Lease lease =
          ContentTable.open(client, TableLayout.recipe("shared"))
              .lease("somebody else", Duration.ofMinutes(2));
      Fence fence = lease.acquire();
      App.Running sync =
          app()
              .start(
                  "sync", "--table", "shared", "--endpoint", endpoint, "--watch", "--every", "1");
      sync.awaitText("somebody else");
      Thread.sleep(2_500);
      lease.release(fence);
      sync.awaitText("1 embedded");
      sync.signal("INT");
      App.Result result = sync.end();
      assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.INTERRUPTED.code());
      assertThat(result.err().lines().filter(line -> line.contains("somebody else")))
          .as("said once")
          .singleElement()
          .asString()
          .startsWith("sync: lease: expected it to be free, got held by somebody else until ")
          .endsWith("; wait for that sync to end, or until then; this one waits, and goes on then");
    }
  }

  @Test
  void ctrlCStopsAtASafePointAndTheNextRunGoesOn() throws IOException, InterruptedException {
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      texts.put(String.valueOf(i), "a text about the number " + i);
    }
    load("stopped", texts);
    Path index = folder.resolve("stopped.index");
    App.Running sync = app().start("sync", "--table", "stopped", "--endpoint", endpoint);
    for (int i = 0; i < 1_200 && !Files.exists(index); i++) {
      Thread.sleep(50);
    }
    sync.signal("INT");
    App.Result result = sync.end();
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.INTERRUPTED.code());
    assertThat(result.out() + result.err()).contains("sync: ").doesNotContain("\tat ");
    assertThat(run("sync", "stopped").code()).isZero();
    App.Result verify = run("verify", "stopped", "--json");
    assertThat(verify.lines())
        .containsExactly("{\"rows\":3000,\"stale\":0,\"missing\":0,\"ghost\":0,\"pending\":0}");
  }

  /** Asked to stop once it shows how far it is, each says what has become of the work. */
  @Test
  void ctrlCEndsEveryLongCommandWithAWordOnHowToGoOn() throws IOException, InterruptedException {
    Path many = lines(400_000);
    Path vectors = folder.resolve("vectors.f32");
    ByteBuffer floats = ByteBuffer.allocate(300_000 * 32 * Float.BYTES);
    Random random = new Random(7);
    while (floats.hasRemaining()) {
      floats.putInt(Integer.reverseBytes(Float.floatToIntBits(random.nextFloat())));
    }
    Files.write(vectors, floats.array());
    String[][] commands = {
      {"embed", many.toString(), "--out", folder.resolve("v.npy").toString()},
      {
        "index",
        "build",
        "--kind",
        "HNSW64",
        "--dimension",
        "32",
        vectors.toString(),
        folder.resolve("graph.faiss").toString()
      },
      {"load", "--table", "wordnet", "--create", "--wordnet", "--endpoint", endpoint},
    };
    for (String[] command : commands) {
      App.Running running = app().start(command);
      running.awaitText(": ");
      running.signal("INT");
      App.Result result = running.end();
      assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.INTERRUPTED.code());
      assertThat(result.err()).contains("stopped").doesNotContain("\tat ");
    }
    assertThat(folder.resolve("graph.faiss")).doesNotExist();
  }

  @Test
  void aFullDisk() throws IOException, InterruptedException {
    assertFailed(
        App.in(folder).run("embed", "--out", "/dev/full", lines(500).toString()),
        ExitCode.NO_SPACE,
        "no space left on the disk");
    Path small = Files.createDirectories(folder.resolve("small"));
    String[] mount = {"mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString()};
    if (new ProcessBuilder(mount).redirectErrorStream(true).start().waitFor() != 0) {
      return; // only root may make a disk that is full
    }
    try {
      Map<String, String> texts = new HashMap<>();
      for (int i = 0; i < 300; i++) {
        texts.put(String.valueOf(i), "a text about the number " + i);
      }
      load("full", texts);
      App.Result result = run("sync", "full", "--index", small.resolve("index").toString());
      assertFailed(result, ExitCode.NO_SPACE, "no space left on the disk");
    } finally {
      new ProcessBuilder("umount", small.toString()).start().waitFor();
    }
    App.Result again = run("sync", "full", "--index", folder.resolve("large-enough").toString());
    assertThat(again.out()).contains("300 embedded");
  }

  private static Path lines(int n) throws IOException {
    return Files.writeString(folder.resolve("lines" + n + ".txt"), "some words\n".repeat(n));
  }
}
