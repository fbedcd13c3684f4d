package dev.faissjvm.cli;

import dev.faissjvm.cli.demo.DemoFolder;
import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.KeyNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that works on a table or its index. */
final class TableOptions {

  @Option(names = "--table", paramLabel = "NAME", description = "The table's name.")
  @Nullable String table;

  @Option(
      names = "--index",
      paramLabel = "DIR",
      description = "The folder of the index; by default NAME.index in the current folder.")
  @Nullable Path index;

  @Option(
      names = "--demo",
      paramLabel = "DIR",
      description = "Work on the table and index that 'faissjvm demo --keep DIR' left in DIR.")
  @Nullable Path demo;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "Another endpoint than the region's, such as a DynamoDB Local's.")
  @Nullable URI endpoint;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "The AWS region; by default AWS's normal chain finds it, like the credentials.")
  @Nullable String region;

  @Option(
      names = "--keys",
      paramLabel = "GROUP,ID",
      description =
          "The table's key attributes, the second one only if it has two;"
              + " by default content_group,content_id.")
  @Nullable String keys;

  @Option(
      names = "--pending-index",
      paramLabel = "NAME",
      description = "The sparse index over the pending mark; by default faiss_pending.")
  @Nullable String pendingIndex;

  @Option(
      names = "--pending",
      paramLabel = "ATTRIBUTE",
      description = "The attribute that asks for indexing; by default faiss_pending.")
  @Nullable String pending;

  /** Returns the folder of the index. */
  Path indexFolder() throws IOException {
    if (index != null) {
      return index;
    }
    if (demo != null) {
      return DemoFolder.open(demo).index();
    }
    return Path.of(tableName() + ".index");
  }

  /** Returns the names of the table and its attributes. */
  TableLayout layout() {
    TableLayout layout = TableLayout.of(tableName(), keyNames());
    return pendingIndex == null && pending == null
        ? layout
        : layout.withPending(
            pendingIndex == null ? layout.pendingIndex() : pendingIndex,
            pending == null ? layout.pending() : pending);
  }

  /** Returns the names of the key attributes. */
  KeyNames keyNames() {
    if (keys == null) {
      return KeyNames.recipe();
    }
    String[] names = keys.split(",", -1);
    try {
      return switch (names.length) {
        case 1 -> KeyNames.of(names[0].strip());
        case 2 -> KeyNames.of(names[0].strip(), names[1].strip());
        default ->
            throw new CommandFailure(
                ExitCode.USAGE, "--keys: expected one name or two, got '" + keys + "'");
      };
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--keys: " + e.getMessage(), e);
    }
  }

  private String tableName() {
    if (demo != null) {
      if (table != null || endpoint != null || region != null) {
        throw new CommandFailure(
            ExitCode.USAGE,
            "--demo: expected alone, got a table, endpoint or region as well; the demo has its own");
      }
      return DemoFolder.TABLE;
    }
    if (table == null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--table: expected the table's name, got none; --demo DIR names a kept demo instead");
    }
    return table;
  }
}
