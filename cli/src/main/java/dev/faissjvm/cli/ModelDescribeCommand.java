package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.embedder.model.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code faissjvm model describe}: what a model folder holds. */
@CommandLine.Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "Say what a sentence-transformers folder holds, without loading its weights.",
    footerHeading = "%nExamples:%n",
    footer = {"  faissjvm model describe", "  faissjvm model describe --json my-model"})
final class ModelDescribeCommand extends Command {

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder; by default that of the model that comes along.")
  private @Nullable Path folder;

  ModelDescribeCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    ModelFolder model;
    try {
      model = ModelFolder.read(folder == null ? DefaultModel.folder() : folder);
    } catch (EmbedderException e) {
      throw new CommandFailure(ExitCode.NO_MODEL, "model: " + e.getMessage(), e);
    }
    ObjectNode object =
        Json.object()
            .put("folder", model.path().toString())
            .put("architecture", model.config().architecture().name().toLowerCase(Locale.ROOT))
            .put("dimension", model.dimension())
            .put("layers", model.config().layers())
            .put("heads", model.config().heads())
            .put("vocabulary", model.config().vocabulary())
            .put("maxTokens", model.maxTokens())
            .put("unitVectors", model.normalizes())
            .put("contentHash", model.contentHash());
    if (json) {
      print(Json.line(object));
    } else {
      object
          .properties()
          .forEach(field -> print(field.getKey() + ": " + field.getValue().asText()));
    }
    return ExitCode.OK;
  }
}
