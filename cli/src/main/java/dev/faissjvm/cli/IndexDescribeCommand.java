package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.console.TextTable;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.faiss.IndexDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code faissjvm index describe}: what an index file is made of. */
@CommandLine.Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description =
        "Say what index files are made of: kinds, sizes, parameters, from the outside in.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm index describe articles.faiss",
      "  faissjvm index describe --json *.faiss"
    })
final class IndexDescribeCommand extends Command {

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files that Faiss wrote.")
  private List<Path> files = new ArrayList<>();

  IndexDescribeCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    for (Path file : files) {
      try (IndexFile index = IndexFile.read(file)) {
        IndexDescription description = index.description();
        if (json) {
          ObjectNode object = Json.object().put("file", file.toString());
          object.put("bytes", Files.size(file));
          object.put("chain", description.chain());
          print(Json.line(describe(object, description)));
        } else {
          describe(file, description);
        }
      }
    }
    return ExitCode.OK;
  }

  private static ObjectNode describe(ObjectNode object, IndexDescription part) {
    object.put("kind", part.kind());
    object.put("role", part.role());
    object.put("dimension", part.dimension());
    object.put("metric", part.metric().name().toLowerCase(Locale.ROOT));
    object.put("count", part.count());
    object.put("trained", part.trained());
    ObjectNode parameters = object.putObject("parameters");
    part.parameters().forEach(parameters::put);
    ArrayNode parts = object.putArray("parts");
    part.parts().forEach(inner -> describe(parts.addObject(), inner));
    return object;
  }

  private void describe(Path file, IndexDescription description) throws IOException {
    print(String.format(Locale.ROOT, "%s: %,d bytes", file, Files.size(file)));
    TextTable table =
        new TextTable(5, "part", "kind", "dimension", "metric", "count", "parameters");
    add(table, description, 0);
    table.lines(context.console().columns()).forEach(this::print);
  }

  private static void add(TextTable table, IndexDescription part, int depth) {
    List<String> parameters = new ArrayList<>();
    for (Map.Entry<String, String> parameter : part.parameters().entrySet()) {
      parameters.add(parameter.getKey() + "=" + parameter.getValue());
    }
    if (!part.trained()) {
      parameters.add("not trained");
    }
    table.add(
        "  ".repeat(depth) + part.role(),
        part.kind(),
        String.valueOf(part.dimension()),
        part.metric().name().toLowerCase(Locale.ROOT),
        String.valueOf(part.count()),
        String.join(" ", parameters));
    part.parts().forEach(inner -> add(table, inner, depth + 1));
  }
}
