package dev.faissjvm.cli;

import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What is taken from a row. Said once: an index keeps it, and later commands need not repeat it.
 */
final class MappingOptions {

  @Option(
      names = "--text",
      paramLabel = "TEMPLATE",
      description =
          "The text that is searched: an attribute, or a template such as '{title}. {body}';"
              + " by default what the index was made with, or content.")
  @Nullable String text;

  @Option(
      names = "--filter-field",
      paramLabel = "FIELD=TYPE",
      description =
          "An attribute that searches may filter by; string, number or boolean. Repeatable.")
  Map<String, String> filterFields = new LinkedHashMap<>();

  @Option(
      names = "--passages",
      paramLabel = "CHARS",
      description =
          "Split longer texts into passages of about this length, each with its own vector.")
  @Nullable Integer passages;

  /** Returns the mapping that the options ask for, else that of the index, else the recipe's. */
  DocumentMapping mapping(KeyNames keys, Path index) throws IOException {
    return mapping(keys, IndexFolder.of(index).lastCommit());
  }

  /** Returns the mapping that the options ask for, else that of the commit, else the recipe's. */
  DocumentMapping mapping(KeyNames keys, Optional<Commit> commit) {
    if (commit.isPresent() && text == null && filterFields.isEmpty() && passages == null) {
      return commit.get().mapping();
    }
    try {
      String template = text == null ? "content" : text;
      DocumentMapping mapping =
          DocumentMapping.of(keys, template.contains("{") ? template : "{" + template + "}");
      for (Map.Entry<String, String> field : filterFields.entrySet()) {
        mapping =
            mapping.withFilter(
                field.getKey(), FieldType.valueOf(field.getValue().toUpperCase(Locale.ROOT)));
      }
      return passages == null ? mapping : mapping.withPassages(passages);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "mapping: " + e.getMessage(), e);
    }
  }
}
