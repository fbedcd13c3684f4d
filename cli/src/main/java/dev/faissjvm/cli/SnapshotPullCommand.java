package dev.faissjvm.cli;

import dev.faissjvm.cli.json.Json;
import dev.faissjvm.sync.publish.Manifest;
import dev.faissjvm.sync.publish.SnapshotReader;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code faissjvm snapshot pull}: the newest whole snapshot of a store to this machine. */
@CommandLine.Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    description = {
      "Bring the newest whole snapshot into a folder of its own, checked file by file; a search that",
      "is open on the folder moves on to it. Ends with 1 if a newer snapshot was broken."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  faissjvm snapshot pull --index local.index s3://bucket/articles"})
final class SnapshotPullCommand extends Command {

  @Mixin private SnapshotOptions store = new SnapshotOptions();

  @Option(
      names = "--index",
      paramLabel = "DIR",
      required = true,
      description = "Where the index is put; not a folder that a sync fills.")
  private Path index = Path.of("");

  SnapshotPullCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    return store.watched(this, this::pull);
  }

  private ExitCode pull(SnapshotStore opened) throws IOException {
    SnapshotReader reader = SnapshotReader.of(opened, index);
    Manifest pulled = reader.refresh();
    result(
        Json.snapshot(pulled).put("passedOver", reader.problems().size()),
        "snapshot: number %d of %s, %,d files, %,d bytes, in %s",
        pulled.number(),
        pulled.written(),
        pulled.files().size(),
        pulled.sizeBytes(),
        index);
    reader.problems().forEach(problem -> note("snapshot: passed over: " + problem));
    return reader.problems().isEmpty() ? ExitCode.OK : ExitCode.DIFFERENCES;
  }
}
