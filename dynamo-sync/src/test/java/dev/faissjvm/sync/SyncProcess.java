package dev.faissjvm.sync;

import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.DynamoClients;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.testing.HashingEmbedder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Syncs again and again until it is killed. Arguments: endpoint, table, folder. */
final class SyncProcess {

  private SyncProcess() {}

  public static void main(String[] arguments) throws Exception {
    DocumentMapping mapping = DocumentMapping.recipe();
    try (DynamoDbClient client = DynamoClients.local(URI.create(arguments[0]))) {
      ContentTable table = ContentTable.open(client, TableLayout.recipe(arguments[1]));
      String owner = "process " + ProcessHandle.current().pid();
      SyncRun run =
          new SyncRun(
                  table.pendingRows(mapping),
                  table.lease(owner, Duration.ofSeconds(5)),
                  mapping,
                  new HashingEmbedder(32),
                  IndexFolder.of(Path.of(arguments[2])))
              .with(SyncOptions.standard().withSizes(32, 100));
      System.out.println("syncing");
      while (true) {
        try {
          System.out.println("synced " + run.run(SyncProgress.SILENT).rows());
        } catch (LeaseHeldException | FencedException | TransientSyncException e) {
          System.out.println("refused " + e.getMessage());
          Thread.sleep(50);
        }
      }
    }
  }
}
