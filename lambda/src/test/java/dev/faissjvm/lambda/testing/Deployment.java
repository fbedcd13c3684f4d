package dev.faissjvm.lambda.testing;

import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocalServer;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.document.DocumentMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A table, an empty storage and the image: what a stack has when it was just created. */
public final class Deployment implements AutoCloseable {

  private static final Path IMAGE =
      Path.of(System.getProperty("image.folder", "target/image")).toAbsolutePath();

  public final ContentTable table;
  public final Map<String, String> environment = new HashMap<>();
  private final DynamoDbClient client;

  public Deployment(DynamoDbLocalServer database, String name, Path storage) throws IOException {
    client = DynamoClients.local(database.endpoint());
    table = ContentTable.create(client, TableLayout.recipe(name));
    environment.put("FAISSJVM_TABLE", name);
    environment.put("FAISSJVM_STORAGE", storage.toString());
    environment.put("FAISSJVM_MODEL", DefaultModel.folder().toString());
    environment.put("FAISSJVM_MARGIN_SECONDS", "5");
    environment.put("AWS_ENDPOINT_URL_DYNAMODB", database.endpoint().toString());
  }

  /** Puts rows into a group, each with a text of its own. */
  public void fill(String group, int count) {
    Map<RowKey, Map<String, Object>> rows = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      rows.put(RowKey.of(group, "r" + i), Map.of("content", "text " + i + " of " + group));
    }
    table.load(rows);
  }

  /** Starts a function and waits until it asks for its first event. */
  public FunctionProcess start(Class<?> handler) throws IOException {
    return start(handler, List.of());
  }

  /** Starts a function by another command that takes its own, such as taskset. */
  public FunctionProcess start(Class<?> handler, List<String> by) throws IOException {
    return FunctionProcess.start(IMAGE, handler, environment, by).awaitStart();
  }

  /** Returns how many rows are marked as pending. */
  public int pending() {
    int count = 0;
    try (RowPages<RowKey> pages = table.pendingRows(DocumentMapping.recipe()).candidates()) {
      for (Optional<List<RowKey>> page = pages.next(); page.isPresent(); page = pages.next()) {
        count += page.get().size();
      }
    }
    return count;
  }

  /** Removes a row outright, as no sync sees. */
  public void vanish(String group, String id) {
    client.deleteItem(
        request ->
            request
                .tableName(table.layout().table())
                .key(
                    Map.of(
                        "content_group",
                        AttributeValue.fromS(group),
                        "content_id",
                        AttributeValue.fromS(id))));
  }

  @Override
  public void close() {
    client.close();
  }

  /** Returns what of the native libraries is in the image. */
  public static List<Path> natives() throws IOException {
    try (Stream<Path> files = Files.walk(IMAGE.resolve("natives"))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
