package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.aws.ExportFiles;
import dev.faissjvm.sync.aws.S3Clients;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.Lease;
import dev.faissjvm.sync.search.RemoteIndex;
import dev.faissjvm.sync.search.RemoteIndexProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.s3.S3Client;

/** {@code faissjvm sync}: pending rows into the index, once or again and again. */
@CommandLine.Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    description = "Bring the index up to date with the rows that are marked as pending.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm sync --table articles --text '{title}. {body}' --filter-field year=number",
      "  faissjvm sync --table articles --watch",
      "  faissjvm sync --table articles --from-export s3://bucket/AWSDynamoDB/01234567890123-abcdefgh",
      "  faissjvm sync --table articles --to 'solr:localhost:9983/articles?shards=2&replicas=2'",
      "Where another model made the index, a new one is built beside it and then takes its place.",
      "Ctrl-C stops after the batch in hand; the next run goes on from there."
    })
final class SyncCommand extends Command {

  /** How long a holder of the lease may be silent. */
  static final Duration LEASE = Duration.ofSeconds(60);

  private static final int MOST_NAMED = 10;

  @Mixin private TableOptions table = new TableOptions();
  @Mixin private MappingOptions mappingOptions = new MappingOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      description =
          "An index elsewhere instead of a folder: solr:ZOOKEEPER:2181/COLLECTION?shards=2&replicas=2"
              + " (made where it is not there) or solr:http://NODE:8983/solr/COLLECTION.")
  private @Nullable String to;

  @Option(names = "--watch", description = "Do not end: look for pending rows again and again.")
  private boolean watch;

  @Option(
      names = "--every",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description =
          "The pause between two looks at a table without a stream, in seconds; 5 by default.")
  private int everySeconds;

  @Option(
      names = "--from-scan",
      description = "First index every row of the table, marked as pending or not.")
  private boolean fromScan;

  @Option(
      names = "--from-export",
      paramLabel = "PLACE",
      description =
          "First index the rows of an export of the table, a folder or s3://BUCKET/PREFIX that holds"
              + " manifest-summary.json, as far as the index does not know them.")
  private @Nullable String fromExport;

  private volatile boolean stopping;
  private final CountDownLatch stopped = new CountDownLatch(1);

  SyncCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    if (everySeconds < 1) {
      throw new CommandFailure(
          ExitCode.USAGE, "--every: expected at least 1 second, got " + everySeconds);
    }
    if (fromScan && fromExport != null) {
      throw new CommandFailure(
          ExitCode.USAGE, "--from-export: expected alone, got --from-scan as well");
    }
    IndexFolder folder = IndexFolder.of(table.indexFolder());
    try (RemoteIndex remote = to == null ? null : remote("--to", to);
        OpenTable open = OpenTable.of(table, false);
        Embedder<String> embedder = model.load()) {
      Optional<Commit> last = remote == null ? folder.lastCommit() : remote.lastCommit();
      DocumentMapping mapping = mappingOptions.mapping(table.keyNames(), last);
      Lease lease = open.table().lease(owner(), LEASE);
      IndexHome index = remote == null ? folder : remote.home(embedder.dimension());
      SyncRun plain =
          new SyncRun(open.table().pendingRows(mapping), lease, mapping, embedder, index);
      // A collection elsewhere is not rebuilt beside itself: another model wants another one.
      SyncRun run = remote == null ? plain.rebuildingFrom(open.table().rows()) : plain;
      if (remote == null) {
        sayIfAnotherModel(last, embedder);
      }
      return context
          .interruption()
          .guard(
              () -> {
                stopping = true;
                stopped.countDown();
                run.stop();
              },
              () -> {
                boolean onlyWatches = watch && !fromScan && fromExport == null;
                ExitCode first = onlyWatches ? ExitCode.OK : fill(run, open.table());
                return watch && !stopping
                    ? watch(
                        run,
                        remote == null
                            ? new Watch(open, mapping, table.indexFolder(), this::note)
                            : null)
                    : first;
              });
    }
  }

  /** Opens the index that an option names. */
  static RemoteIndex remote(String option, String address) throws IOException {
    try {
      return RemoteIndexProvider.openAny(address);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, option + ": " + e.getMessage(), e);
    }
  }

  private void sayIfAnotherModel(Optional<Commit> last, Embedder<String> embedder) {
    if (last.isPresent() && !last.get().fingerprint().equals(embedder.fingerprint())) {
      note(
          "sync: another model made this index; building a new one from every row of the table,"
              + " the old one answers until it is whole");
    }
  }

  /** The first run, which may take rows from elsewhere than the pending ones. */
  private ExitCode fill(SyncRun run, ContentTable rows) throws IOException {
    String export = fromExport;
    if (fromScan) {
      return once(progress -> run.runWhole(rows.rows(), progress), true);
    } else if (export == null) {
      return once(run::run, true);
    } else if (!export.startsWith(SnapshotOptions.S3)) {
      return copy(run, rows, ExportFiles.ofFolder(Path.of(export)));
    }
    String place = export.substring(SnapshotOptions.S3.length());
    int slash = place.indexOf('/');
    if (slash < 1) {
      throw new CommandFailure(
          ExitCode.USAGE, "--from-export: expected s3://BUCKET/PREFIX, got " + export);
    }
    try (S3Client client = S3Clients.create(table.region, null)) {
      return copy(
          run,
          rows,
          ExportFiles.ofS3(client, place.substring(0, slash), place.substring(slash + 1)));
    }
  }

  private ExitCode copy(SyncRun run, ContentTable rows, ExportFiles files) throws IOException {
    ExitCode code = once(progress -> run.runCopy(rows.exported(files), progress), true);
    note("sync: rows that were changed or deleted since the export: faissjvm reconcile finds them");
    return code;
  }

  /** One run of a kind. */
  @FunctionalInterface
  private interface Work {
    SyncReport run(SyncProgress progress) throws IOException;
  }

  private ExitCode once(Work work, boolean sayIdle) throws IOException {
    SyncReport report;
    Progress progress = Progress.start(context.console(), "sync", "rows", 0);
    try {
      report = work.run(shown(progress));
    } finally {
      progress.cancel();
    }
    if (sayIdle || !report.isIdle()) {
      say(report);
    }
    if (report.stopped() && stopping) {
      note("sync: stopped; what was done is kept, the same command goes on from there");
      return ExitCode.INTERRUPTED;
    }
    return report.parked() > 0 ? ExitCode.PARKED : ExitCode.OK;
  }

  /** Looks again and again; without something to watch by, each look is a sync. */
  private ExitCode watch(SyncRun run, @Nullable Watch watching) throws IOException {
    boolean hasStream = watching != null && watching.hasStream();
    note(
        "sync: watching, "
            + (hasStream ? "woken by the table's stream" : "a look every " + everySeconds + " s")
            + "; Ctrl-C ends it");
    boolean waiting = false;
    while (!stopping) {
      try {
        if (watching == null) {
          once(run::run, false);
        } else if (watching.isSyncDue()) {
          once(run::run, false);
          watching.synced();
        }
        waiting = false;
      } catch (LeaseHeldException | FencedException e) {
        if (!waiting) {
          note("sync: " + Failures.line(e) + "; this one waits, and goes on then");
        }
        waiting = true;
      } catch (TransientSyncException e) {
        note("sync: " + Failures.line(e) + "; trying again");
      }
      try {
        if (stopped.await(
            watching != null && watching.hasStream() && !waiting ? 1 : everySeconds,
            TimeUnit.SECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return ExitCode.INTERRUPTED;
  }

  /** Shows a run's progress as a bar or as lines. */
  static SyncProgress shown(Progress progress) {
    return state -> {
      progress.total(Math.max(state.total(), 0));
      progress.update(state.done());
    };
  }

  /** Returns the name under which this process holds a lease, for others to read. */
  static String owner() {
    return "faissjvm " + ManagementFactory.getRuntimeMXBean().getName();
  }

  private void say(SyncReport report) {
    result(
        Json.object()
            .put("embedded", report.embedded())
            .put("kept", report.kept())
            .put("unchanged", report.unchanged())
            .put("removed", report.removed())
            .put("parked", report.parked())
            .put("conflicts", report.conflicts())
            .put("commits", report.commits())
            .put("rebuilt", report.rebuilt())
            .put("stopped", report.stopped())
            .put("millis", report.took().toMillis()),
        "%s",
        summary(report));
    int named = 0;
    for (SyncReport.ParkedRow row : report.parkedRows()) {
      if (named++ == MOST_NAMED) {
        note("sync: and " + (report.parked() - MOST_NAMED) + " more; verify --verbose lists them");
        break;
      }
      note(
          "sync: parked: "
              + row.reason()
              + "; key="
              + row.key()
              + "; change the row, and it is tried again");
    }
    if (report.conflicts() > 0 && !report.stopped()) {
      note(
          "sync: "
              + report.conflicts()
              + " rows changed meanwhile and are still pending; the next run takes them");
    }
  }

  /** Says in one line what a run did. */
  static String summary(SyncReport report) {
    if (report.isIdle()) {
      return String.format(
          Locale.ROOT, "sync: nothing is pending, %d ms", report.took().toMillis());
    }
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "sync: %,d rows in %s: %,d embedded",
            report.rows(),
            Progress.span(report.took()),
            report.embedded()));
    if (report.rebuilt()) {
      line.append(" for a new index");
    }
    append(line, report.kept(), "kept their vector");
    append(line, report.unchanged(), "already indexed");
    append(line, report.removed(), "removed");
    append(line, report.parked(), "parked");
    return line.toString();
  }

  private static void append(StringBuilder line, long count, String what) {
    if (count > 0) {
      line.append(String.format(Locale.ROOT, ", %,d %s", count, what));
    }
  }
}
