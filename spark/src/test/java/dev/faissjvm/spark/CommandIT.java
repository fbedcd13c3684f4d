package dev.faissjvm.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The command line as a user has it, with the folder that this module leaves. */
class CommandIT {

  private static final Path COMMAND = Path.of("../cli/target/faissjvm/bin/faissjvm");
  private static final int ROWS = 60;

  @TempDir Path folder;
  private DynamoDbLocalServer database;

  @BeforeEach
  void fill() throws IOException {
    // A build of this module alone has no command line; a build of everything has.
    assumeTrue(Files.isExecutable(COMMAND));
    database = DynamoDbLocalServer.fork(null);
    try (DynamoDbClient client = DynamoClients.local(database.endpoint())) {
      ContentTable table = ContentTable.create(client, TableLayout.recipe("words"));
      Map<RowKey, Map<String, Object>> rows = new HashMap<>();
      for (int i = 0; i < ROWS; i++) {
        rows.put(RowKey.of("group", "row" + i), Map.of("content", "text number " + i));
      }
      table.load(rows);
    }
  }

  @AfterEach
  void stop() {
    if (database != null) {
      database.close();
    }
  }

  /** What a command said, and how it ended. */
  private record Ended(int code, String said) {}

  private Ended faissjvm(String command, String... more) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(COMMAND.toString(), command));
    words.addAll(List.of("--table", "words", "--endpoint", database.endpoint().toString()));
    words.addAll(List.of("--index", folder.resolve("index").toString()));
    words.addAll(List.of(more));
    Path said = folder.resolve(command + ".out");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile());
    builder
        .environment()
        .put("FAISSJVM_SPARK", Path.of("target/faissjvm-spark").toAbsolutePath().toString());
    Process process = builder.start();
    assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    return new Ended(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
  }

  @Test
  void aBackfillThenASyncThenAllIsTrue() throws IOException, InterruptedException {
    Ended built = faissjvm("backfill", "--local", "1", "--partitions", "3");
    assertThat(built.code()).as(built.said()).isZero();
    assertThat(built.said()).contains("backfill: 60 rows in ", ": 60 embedded, 0 parked, 3 shards");

    Ended synced = faissjvm("sync");
    assertThat(synced.said()).contains("60 rows", "0 embedded", "60 already indexed");
    Ended verified = faissjvm("verify");
    assertThat(verified.code()).as(verified.said()).isZero();

    Ended again = faissjvm("backfill", "--local", "1");
    assertThat(again.said())
        .contains("backfill: the index is made already; a sync brings it up to date");
  }

  @Test
  void whatIsWrongIsToldWithItsExitCode() throws IOException, InterruptedException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Ended noMaster = faissjvm("backfill", "--spark", "spark://127.0.0.1:" + port);
    assertThat(noMaster.code()).isEqualTo(9);
    assertThat(noMaster.said())
        .contains(
            "master: expected it to answer, got ", "start it, name another, or use --local N");

    Ended noModel = faissjvm("backfill", "--local", "1", "--model", folder + "/absent");
    assertThat(noModel.code()).as(noModel.said()).isEqualTo(15);
  }
}
