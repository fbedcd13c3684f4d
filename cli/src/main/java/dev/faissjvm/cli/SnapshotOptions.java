package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.sync.aws.S3Clients;
import dev.faissjvm.sync.aws.S3SnapshotStore;
import dev.faissjvm.sync.publish.FolderSnapshotStore;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import software.amazon.awssdk.services.s3.S3Client;

/** Where snapshots are: a shared folder, or a place in S3. */
final class SnapshotOptions {

  static final String S3 = "s3://";

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      description = "A folder that machines share, or s3://BUCKET/PREFIX.")
  private String store = "";

  @Option(names = "--endpoint", paramLabel = "URL", description = "Another S3 than the region's.")
  private @Nullable URI endpoint;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "The AWS region; by default AWS's normal chain finds it, like the credentials.")
  private @Nullable String region;

  /** What is done with a store while its client is open. */
  @FunctionalInterface
  interface Work {
    ExitCode on(SnapshotStore store) throws IOException;
  }

  /** Opens the store for the time of some work that may take long. */
  ExitCode watched(Command command, Work work) throws IOException {
    Context context = command.context;
    return command.stoppable(
        "what went over stays where it is; the same command goes on",
        () ->
            with(
                opened -> {
                  Progress progress = Progress.start(context.console(), "snapshot", "bytes", 0);
                  try {
                    return work.on(new WatchedStore(opened, context.interruption(), progress));
                  } finally {
                    progress.cancel();
                  }
                }));
  }

  /** Opens the store for the time of some work. */
  ExitCode with(Work work) throws IOException {
    if (!store.startsWith(S3)) {
      return work.on(FolderSnapshotStore.of(Path.of(store)));
    }
    String place = store.substring(S3.length());
    int slash = place.indexOf('/');
    String bucket = slash < 0 ? place : place.substring(0, slash);
    String prefix = slash < 0 ? "" : place.substring(slash + 1);
    if (bucket.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "store: expected s3://BUCKET/PREFIX, got " + store);
    }
    try (S3Client client = S3Clients.create(region, endpoint)) {
      return work.on(
          S3SnapshotStore.of(
              client, bucket, prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/"));
    }
  }

  @Override
  public String toString() {
    return store;
  }
}
