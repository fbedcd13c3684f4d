package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.SyncReport;
import dev.faissjvm.sync.SyncRun;
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
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code faissjvm sync}: pending rows into the index, once or again and again. */
@CommandLine.Command(
    name = "sync",
    mixinStandardHelpOptions = true,
    description = "Bring the index up to date with the rows that are marked as pending.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm sync --table articles --text '{title}. {body}' --filter-field year=number",
      "  faissjvm sync --table articles --watch",
      "  faissjvm sync --table articles --to 'solr:localhost:9983/articles?shards=2&replicas=2'",
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
      description = "The pause between two looks, in seconds; 5 by default.")
  private int everySeconds;

  @Option(names = "--json", description = "Print what was done as one JSON object a run.")
  private boolean json;

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
    IndexFolder folder = IndexFolder.of(table.indexFolder());
    try (RemoteIndex remote = to == null ? null : remote("--to", to);
        OpenTable open = OpenTable.of(table, false);
        Embedder<String> embedder = model.load()) {
      Optional<Commit> last = remote == null ? folder.lastCommit() : remote.lastCommit();
      DocumentMapping mapping = mappingOptions.mapping(table.keyNames(), last);
      Lease lease = open.table().lease(owner(), LEASE);
      IndexHome index = remote == null ? folder : remote.home(embedder.dimension());
      SyncRun run = new SyncRun(open.table().pendingRows(mapping), lease, mapping, embedder, index);
      return context
          .interruption()
          .guard(
              () -> {
                stopping = true;
                stopped.countDown();
                run.stop();
              },
              () -> watch ? watch(run) : once(run, true));
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

  private ExitCode once(SyncRun run, boolean sayIdle) throws IOException {
    SyncReport report;
    Progress progress = Progress.start(context.console(), "sync", "rows", 0);
    try {
      report = run.run(showing(progress));
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

  private ExitCode watch(SyncRun run) throws IOException {
    note("sync: watching, a look every " + everySeconds + " s; Ctrl-C ends it");
    while (!stopping) {
      try {
        once(run, false);
      } catch (TransientSyncException e) {
        note("sync: " + Failures.line(e) + "; trying again");
      }
      try {
        if (stopped.await(everySeconds, TimeUnit.SECONDS)) {
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
  static SyncProgress showing(Progress progress) {
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
    if (json) {
      print(
          Json.line(
              Json.object()
                  .put("embedded", report.embedded())
                  .put("kept", report.kept())
                  .put("unchanged", report.unchanged())
                  .put("removed", report.removed())
                  .put("parked", report.parked())
                  .put("conflicts", report.conflicts())
                  .put("commits", report.commits())
                  .put("stopped", report.stopped())
                  .put("millis", report.took().toMillis())));
    } else {
      print(summary(report));
    }
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
