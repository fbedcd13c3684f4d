package dev.faissjvm.cli;

import dev.faissjvm.cli.demo.Dictionary;
import dev.faissjvm.cli.demo.DictionaryRows;
import dev.faissjvm.cli.load.Columns;
import dev.faissjvm.cli.load.CsvFile;
import dev.faissjvm.cli.load.JsonLines;
import dev.faissjvm.cli.load.RowReader;
import dev.faissjvm.sync.change.KeyNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code faissjvm load}: rows of files into a table, each marked as pending. */
@CommandLine.Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = {
      "Put rows of files into a table and mark them as pending.",
      "Rows that the table has already, as they are, are passed over: a load that was stopped goes on",
      "where it was when it is run again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm load --table articles --create articles.jsonl",
      "  faissjvm load --table shop --id-field sku --text-field title --group all goods.csv",
      "  echo '{\"content_id\":\"1\",\"content\":\"some text\"}' | faissjvm load --demo .demo --group my -"
    })
final class LoadCommand extends Command {

  @Mixin private TableOptions table = new TableOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description = "Files of JSON lines or CSV; - is standard input.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "jsonl or csv; by default what the name ends with, else jsonl.")
  private @Nullable String format;

  @Option(names = "--create", description = "Create the table first, if it is not there.")
  private boolean create;

  @Option(
      names = "--group-field",
      paramLabel = "FIELD",
      description = "The field that is the key's first part; by default the table's own name.")
  private @Nullable String groupField;

  @Option(
      names = "--id-field",
      paramLabel = "FIELD",
      description = "The field that is the key's second part; by default the table's own name.")
  private @Nullable String idField;

  @Option(
      names = "--text-field",
      paramLabel = "FIELD",
      description = "The field that holds the text; by default content.")
  private String textField = Columns.ofRecipe().text();

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "The group of rows that name none.")
  private @Nullable String group;

  @Option(
      names = "--wordnet",
      description = "Load WordNet's dictionary instead of files, everyday words first.")
  private boolean wordnet;

  @Option(
      names = "--rows",
      paramLabel = "N|all",
      defaultValue = "all",
      description = "With --wordnet: how many rows; all by default.")
  private String rows = "all";

  LoadCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    if (wordnet != files.isEmpty()) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "load: expected files or --wordnet, got " + (wordnet ? "both" : "neither"));
    }
    KeyNames keys = table.keyNames();
    if (keys.sort() == null) {
      throw new CommandFailure(ExitCode.USAGE, "load: expected a table with two keys, got " + keys);
    }
    Columns columns =
        new Columns(
            groupField == null ? keys.partition() : groupField,
            idField == null ? keys.sort() : idField,
            textField,
            group);
    for (String file : files) {
      if (!file.equals("-") && !Files.isReadable(Path.of(file))) {
        throw new CommandFailure(
            ExitCode.BAD_INPUT, "file: expected one that can be read, got " + file);
      }
    }
    try (OpenTable open = OpenTable.of(table, create)) {
      RowLoad load = new RowLoad(open.table(), keys, textField, context);
      if (wordnet) {
        load.load(
            "WordNet",
            new DictionaryRows(Dictionary.everyday().first(rowCount(rows))),
            rowCount(rows));
      }
      for (String file : files) {
        if (load.stopped()) {
          break;
        }
        try (RowReader reader = reader(file, columns)) {
          load.load(file, reader, 0);
        }
      }
      result(load.json(), "%s", load.summary());
      return load.end();
    }
  }

  private RowReader reader(String file, Columns columns) throws IOException {
    String form = format == null ? extension(file) : format.toLowerCase(Locale.ROOT);
    if (file.equals("-")) {
      return form.equals("csv")
          ? CsvFile.of(context.in(), columns)
          : JsonLines.of(context.in(), columns);
    }
    return switch (form) {
      case "csv" -> CsvFile.of(Files.newInputStream(Path.of(file)), columns);
      case "jsonl", "json", "ndjson" -> JsonLines.of(Files.newInputStream(Path.of(file)), columns);
      default ->
          throw new CommandFailure(
              ExitCode.USAGE, "--format: expected jsonl or csv, got '" + form + "'");
    };
  }

  private static String extension(String file) {
    String lower = file.toLowerCase(Locale.ROOT);
    return lower.endsWith(".csv") ? "csv" : "jsonl";
  }

  /** Reads {@code 2000} or {@code all}. */
  static int rowCount(String text) {
    if (text.equals("all")) {
      return Dictionary.SYNSETS;
    }
    try {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= Dictionary.SYNSETS) {
        return count;
      }
    } catch (NumberFormatException e) {
      // The message below says what was expected.
    }
    throw new CommandFailure(
        ExitCode.USAGE,
        "--rows: expected 1 to " + Dictionary.SYNSETS + " or all, got '" + text + "'");
  }
}
