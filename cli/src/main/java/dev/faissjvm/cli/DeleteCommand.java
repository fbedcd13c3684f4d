package dev.faissjvm.cli;

import dev.faissjvm.cli.json.Json;
import dev.faissjvm.sync.change.RowKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code faissjvm delete}: rows out of the table and, with the next sync, out of the index. */
@CommandLine.Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Mark rows as deleted; the next sync takes them from the index and the table.",
    footerHeading = "%nExample:%n",
    footer = "  faissjvm delete --table articles news/17 news/18 && faissjvm sync --table articles")
final class DeleteCommand extends Command {

  @Mixin private TableOptions table = new TableOptions();

  @Parameters(arity = "1..*", paramLabel = "GROUP/ID", description = "The rows' keys.")
  private List<String> keys = new ArrayList<>();

  DeleteCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    int missing = 0;
    try (OpenTable open = OpenTable.of(table, false)) {
      for (String text : keys) {
        RowKey key = RequestOptions.key(text);
        if (!open.table().delete(key)) {
          note("delete: expected a row, got none; key=" + text);
          missing++;
        }
      }
    }
    int marked = keys.size() - missing;
    result(
        Json.object().put("marked", marked).put("missing", missing),
        "delete: %d rows marked; run: faissjvm sync",
        marked);
    return missing == 0 ? ExitCode.OK : ExitCode.BAD_INPUT;
  }
}
