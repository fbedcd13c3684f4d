package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.sync.ReconcileReport;
import dev.faissjvm.sync.Reconciler;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.aws.ContentTable;
import dev.faissjvm.sync.document.DocumentMapping;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code faissjvm reconcile}: what a sync cannot see, found and mended. */
@CommandLine.Command(
    name = "reconcile",
    mixinStandardHelpOptions = true,
    description = {
      "Compare table and index both ways, and mend what a sync cannot see.",
      "Rows that are missing from the index without being pending are marked for the next sync; index",
      "entries whose rows were deleted outright are taken out."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm reconcile --table articles --dry-run --list",
      "  faissjvm reconcile --table articles && faissjvm sync --table articles"
    })
final class ReconcileCommand extends Command {

  @Mixin private TableOptions table = new TableOptions();
  @Mixin private MappingOptions mappingOptions = new MappingOptions();

  @Option(names = "--dry-run", description = "Only say what differs; ends with 1 if anything does.")
  private boolean dryRun;

  @Option(names = "--list", description = "Name the rows that differ, 100 at most.")
  private boolean list;

  ReconcileCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    return stoppable(
        "what was marked stays marked; the same command goes on", this::compareAndMend);
  }

  private ExitCode compareAndMend() throws IOException {
    Path index = table.indexFolder();
    try (OpenTable open = OpenTable.of(table, false)) {
      SearchCommand.requireIndex(index);
      DocumentMapping mapping = mappingOptions.mapping(table.keyNames(), index);
      ContentTable rows = open.table();
      Reconciler reconciler =
          new Reconciler(rows.rows(), rows.pendingRows(mapping), rows::touch, mapping, index);
      ReconcileReport report = compare(reconciler, rows);
      say(report);
      boolean differs = report.unindexed() + report.ghosts() > 0;
      return dryRun && differs ? ExitCode.DIFFERENCES : ExitCode.OK;
    }
  }

  private ReconcileReport compare(Reconciler reconciler, ContentTable rows) throws IOException {
    Progress progress = Progress.start(context.console(), "reconcile", "rows", 0);
    SyncProgress shown = showing(progress);
    try {
      return dryRun
          ? reconciler.inspect(shown)
          : reconciler.mend(shown, rows.lease(SyncCommand.owner(), SyncCommand.LEASE));
    } finally {
      progress.cancel();
    }
  }

  private void say(ReconcileReport report) {
    result(
        Json.object()
            .put("rows", report.rows())
            .put("unindexed", report.unindexed())
            .put("ghost", report.ghosts())
            .put("marked", report.marked())
            .put("removed", report.removed()),
        "reconcile: %,d rows: %,d not indexed, %,d ghost: %,d marked for the next sync, %,d removed",
        report.rows(),
        report.unindexed(),
        report.ghosts(),
        report.marked(),
        report.removed());
    if (list) {
      list(report.differences());
    }
  }
}
