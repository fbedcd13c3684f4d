package dev.faissjvm.cli;

import dev.faissjvm.cli.demo.DemoFolder;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.DynamoDbLocal;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.RowEvents;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * A table and the client that reaches it, real or of a kept demo.
 *
 * <p><b>Ownership.</b> Owns the client and, for a demo, the database in this process and the lock
 * on its folder; closing ends them all.
 */
final class OpenTable implements AutoCloseable {

  private final ContentTable table;
  private final DynamoDbClient client;
  private final DynamoDbStreamsClient streams;
  private final @Nullable DynamoDbLocal local;
  private final @Nullable FileChannel lock;

  private OpenTable(
      ContentTable table,
      DynamoDbClient client,
      DynamoDbStreamsClient streams,
      @Nullable DynamoDbLocal local,
      @Nullable FileChannel lock) {
    this.table = table;
    this.client = client;
    this.streams = streams;
    this.local = local;
    this.lock = lock;
  }

  /**
   * Reaches the table that the options name.
   *
   * @param options where it is
   * @param create whether to create it if it is not there
   */
  static OpenTable of(TableOptions options, boolean create) throws IOException {
    TableLayout layout = options.layout();
    if (options.demo != null) {
      return ofDemo(DemoFolder.open(options.demo), layout, create);
    }
    DynamoDbClient client;
    DynamoDbStreamsClient streams;
    try {
      client = DynamoClients.create(options.region, options.endpoint);
      streams = DynamoClients.createStreams(options.region, options.endpoint);
    } catch (RuntimeException e) {
      // The SDK finds out about a missing region here, before the first call.
      throw new CommandFailure(
          ExitCode.NO_CREDENTIALS,
          "AWS: expected region and credentials, got " + e.getMessage(),
          e);
    }
    try {
      return new OpenTable(table(client, layout, create), client, streams, null, null);
    } catch (RuntimeException e) {
      streams.close();
      client.close();
      throw e;
    }
  }

  /** Opens the database of a kept demo in this process. */
  static OpenTable ofDemo(DemoFolder folder, TableLayout layout, boolean create)
      throws IOException {
    FileChannel lock = folder.lock();
    if (lock == null) {
      throw new CommandFailure(
          ExitCode.BUSY,
          "demo: expected its database unused, got another process on it; folder="
              + folder.root()
              + "; wait until that ends, or end it");
    }
    DynamoDbLocal local = null;
    try {
      local = DynamoDbLocal.onFile(folder.database());
      DynamoDbClient client = local.client();
      return new OpenTable(table(client, layout, create), client, local.streams(), local, lock);
    } catch (IOException | RuntimeException e) {
      if (local != null) {
        local.close();
      }
      lock.close();
      throw e;
    }
  }

  private static ContentTable table(DynamoDbClient client, TableLayout layout, boolean create) {
    return create ? ContentTable.create(client, layout) : ContentTable.open(client, layout);
  }

  /** {@return the table} */
  ContentTable table() {
    return table;
  }

  /**
   * {@return the events of the table's stream, or an empty optional where it has none}
   *
   * @param position how far they were read
   */
  Optional<RowEvents> events(String position) {
    return table.events(streams, position);
  }

  @Override
  public void close() throws IOException {
    try (streams) {
      if (local == null) {
        client.close();
      } else {
        local.close();
      }
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }
}
