package dev.faissjvm.cli;

import dev.faissjvm.cli.json.Json;
import dev.faissjvm.sync.publish.Manifest;
import dev.faissjvm.sync.publish.Publisher;
import dev.faissjvm.sync.publish.Retention;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code faissjvm snapshot push}: the last commit of an index to a store. */
@CommandLine.Command(
    name = "push",
    mixinStandardHelpOptions = true,
    description = {
      "Publish the last commit of an index: only files that the store does not have go over.",
      "Then old snapshots are deleted, and files that no snapshot names."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm snapshot push --index articles.index s3://bucket/articles",
      "  faissjvm snapshot push --index articles.index --keep 10 /mnt/shared/articles"
    })
final class SnapshotPushCommand extends Command {

  @Mixin private SnapshotOptions store = new SnapshotOptions();

  @Option(names = "--index", paramLabel = "DIR", required = true, description = "The index.")
  private Path index = Path.of("");

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "3",
      description = "Snapshots kept whatever their age; 3 by default.")
  private int keep;

  @Option(
      names = "--keep-minutes",
      paramLabel = "MINUTES",
      defaultValue = "60",
      description = "Younger ones are kept, too: a reader may be at them; 60 by default.")
  private int keepMinutes;

  SnapshotPushCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    Retention retention;
    try {
      retention = new Retention(keep, Duration.ofMinutes(keepMinutes));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--keep: " + e.getMessage(), e);
    }
    SearchCommand.requireIndex(index);
    return store.watched(this, opened -> push(opened, retention));
  }

  private ExitCode push(SnapshotStore opened, Retention retention) throws IOException {
    Publisher publisher = Publisher.of(index, opened);
    Manifest pushed = publisher.publish();
    int deleted = publisher.prune(retention);
    result(
        Json.snapshot(pushed).put("deleted", deleted),
        "snapshot: number %d, %,d files, %,d bytes; %d old objects deleted",
        pushed.number(),
        pushed.files().size(),
        pushed.sizeBytes(),
        deleted);
    return ExitCode.OK;
  }
}
