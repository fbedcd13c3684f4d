package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.Verifier;
import dev.faissjvm.sync.VerifyReport;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.document.DocumentMapping;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code faissjvm verify}: is the index true to the table. */
@CommandLine.Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Compare table and index, row by row; with --vectors also vector by vector.",
      "Ends with 0 if no row is stale, missing or a ghost; pending rows are only counted."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm verify --table articles --list",
      "  faissjvm verify --demo .demo --vectors --json"
    })
final class VerifyCommand extends Command {

  @Mixin private TableOptions table = new TableOptions();
  @Mixin private MappingOptions mappingOptions = new MappingOptions();
  @Mixin private ModelOptions model = new ModelOptions();

  @Option(
      names = "--vectors",
      description = "Embed every row again and compare with the vector in the index.")
  private boolean vectors;

  @Option(names = "--list", description = "Name the rows that differ, and the parked ones.")
  private boolean list;

  VerifyCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    return stoppable("nothing was changed; the same command compares anew", this::verify);
  }

  private ExitCode verify() throws IOException {
    Path index = table.indexFolder();
    try (OpenTable open = OpenTable.of(table, false)) {
      SearchCommand.requireIndex(index);
      DocumentMapping mapping = mappingOptions.mapping(table.keyNames(), index);
      TableRows rows = open.table().rows();
      VerifyReport report;
      if (vectors) {
        try (Embedder<String> embedder = model.load()) {
          report = compare(Verifier.byVector(rows, mapping, index, embedder));
        }
      } else {
        report = compare(Verifier.byHash(rows, mapping, index));
      }
      say(report);
      return report.isTrue() ? ExitCode.OK : ExitCode.DIFFERENCES;
    }
  }

  private VerifyReport compare(Verifier verifier) throws IOException {
    Progress progress = Progress.start(context.console(), "verify", "rows", 0);
    try {
      return verifier.verify(showing(progress));
    } finally {
      progress.cancel();
    }
  }

  private void say(VerifyReport report) {
    result(
        Json.report(report),
        "verify: %,d rows: %,d stale, %,d missing, %,d ghost, %,d pending, %,d parked: %s",
        report.rows(),
        report.stale(),
        report.missing(),
        report.ghost() + report.doubled(),
        report.pending(),
        report.parked(),
        report.isTrue() ? "the index is true" : "the index differs; --list names rows");
    if (list) {
      list(report.differences());
    }
  }
}
