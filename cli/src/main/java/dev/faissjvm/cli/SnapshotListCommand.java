package dev.faissjvm.cli;

import dev.faissjvm.cli.console.TextTable;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.sync.publish.Manifest;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code faissjvm snapshot list}: what a store has. */
@CommandLine.Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "List the snapshots of a store, the newest first.",
    footerHeading = "%nExample:%n",
    footer = "  faissjvm snapshot list s3://bucket/articles")
final class SnapshotListCommand extends Command {

  @Mixin private SnapshotOptions store = new SnapshotOptions();

  SnapshotListCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    return store.with(this::list);
  }

  private ExitCode list(SnapshotStore opened) throws IOException {
    List<Manifest> all = Manifest.readAll(opened);
    TextTable table = new TextTable(1, "number", "written", "files", "bytes", "fence");
    for (Manifest one : all) {
      if (json) {
        print(Json.line(Json.snapshot(one)));
      }
      table.add(
          String.valueOf(one.number()),
          one.written().toString(),
          String.valueOf(one.files().size()),
          String.format(Locale.ROOT, "%,d", one.sizeBytes()),
          String.valueOf(one.fence().number()));
    }
    if (!json) {
      table.lines(context.console().columns()).forEach(this::print);
    }
    return ExitCode.OK;
  }
}
