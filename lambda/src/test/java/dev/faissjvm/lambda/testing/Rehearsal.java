package dev.faissjvm.lambda.testing;

import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.lambda.IndexMaker;
import dev.faissjvm.lambda.SearchFunction;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Runs both functions once in the image's layout, as Lambda would: their natives are unpacked into
 * the image then, and the classes that they load become its class-data archive.
 */
public final class Rehearsal {

  private static final Duration TIME = Duration.ofMinutes(5);

  private Rehearsal() {}

  /**
   * Rehearses.
   *
   * @param arguments the image's folder
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path image = Path.of(arguments[0]).toAbsolutePath();
    Path work = Files.createTempDirectory("rehearsal");
    Set<String> classes = new LinkedHashSet<>();
    try (DynamoDbLocalServer local = DynamoDbLocalServer.fork(null);
        DynamoDbClient client = DynamoClients.local(local.endpoint())) {
      ContentTable table = ContentTable.create(client, TableLayout.recipe("rehearsal"));
      for (int i = 0; i < 50; i++) {
        table.put(RowKey.of("noun", "r" + i), Map.of("content", "row number " + i));
      }
      Map<String, String> environment = new HashMap<>();
      environment.put("FAISSJVM_TABLE", "rehearsal");
      environment.put("FAISSJVM_STORAGE", work.resolve("storage").toString());
      environment.put("FAISSJVM_MODEL", DefaultModel.folder().toString());
      environment.put("AWS_ENDPOINT_URL_DYNAMODB", local.endpoint().toString());
      run(image, IndexMaker.class, "{}", environment, work.resolve("first"), classes);
      // A start on storage that has an index and knows the model; then one with nothing to do.
      table.put(RowKey.of("noun", "r1"), Map.of("content", "another text"));
      table.delete(RowKey.of("noun", "r2"));
      run(image, IndexMaker.class, "{}", environment, work.resolve("again"), classes);
      run(image, IndexMaker.class, "{}", environment, work.resolve("idle"), classes);
      run(
          image,
          SearchFunction.class,
          Events.get("/search", "q=row"),
          environment,
          work.resolve("search"),
          classes);
      // As on a processor that has no kernels for lists: libtorch belongs into the image, too.
      table.put(RowKey.of("noun", "r3"), Map.of("content", "a third text"));
      table.put(RowKey.of("noun", "r4"), Map.of("content", "a fourth text"));
      environment.put("JAVA_TOOL_OPTIONS", "-Dembedder.kernels=none");
      run(image, IndexMaker.class, "{}", environment, work.resolve("libtorch"), classes);
      environment.remove("JAVA_TOOL_OPTIONS");
      rehearseSnapshots(image, environment, work, classes);
    }
    Files.write(image.resolve("classes.lst"), classes, StandardCharsets.UTF_8);
    Process archive = new ProcessBuilder(image.resolve("archive").toString()).inheritIO().start();
    if (archive.waitFor() != 0) {
      throw new IOException("archive: expected exit code 0, got " + archive.exitValue());
    }
  }

  private static void rehearseSnapshots(
      Path image, Map<String, String> environment, Path work, Set<String> classes)
      throws IOException {
    try (S3Folder s3 = new S3Folder(work.resolve("s3"))) {
      environment.put("AWS_ENDPOINT_URL_S3", s3.endpoint());
      environment.put("FAISSJVM_SNAPSHOTS", "s3://bucket/snapshots");
      run(image, IndexMaker.class, "{}", environment, work.resolve("publish"), classes);
      environment.put("FAISSJVM_STORAGE", work.resolve("tmp").toString());
      String event = Events.get("/search", "q=row");
      run(image, SearchFunction.class, event, environment, work.resolve("follow"), classes);
    }
  }

  private static void run(
      Path image,
      Class<?> handler,
      String event,
      Map<String, String> environment,
      Path list,
      Set<String> classes)
      throws IOException {
    Map<String, String> listing = new HashMap<>(environment);
    listing.merge(
        "JAVA_TOOL_OPTIONS",
        "-Xshare:off -XX:DumpLoadedClassList=" + list,
        (given, more) -> given + " " + more);
    try (FunctionProcess function = FunctionProcess.start(image, handler, listing, List.of())) {
      RuntimeApi.Answer answer = function.invoke(event, TIME);
      if (answer.failed() || answer.text().contains("\"error\"")) {
        throw new IOException(
            "rehearsal: expected an answer of "
                + handler
                + ", got "
                + answer
                + "\n"
                + String.join("\n", function.output()));
      }
      function.invoke(event, TIME);
    }
    classes.addAll(Files.readAllLines(list));
  }
}
