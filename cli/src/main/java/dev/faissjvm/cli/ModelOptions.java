package dev.faissjvm.cli;

import dev.faissjvm.embedder.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model makes the vectors. */
final class ModelOptions {

  /** The model that comes along. */
  static final String DEFAULT = "all-MiniLM-L6-v2";

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "A sentence-transformers folder; by default " + DEFAULT + ", which comes along.")
  @Nullable Path model;

  /** Loads the model; the caller closes it. */
  Embedder<String> load() throws IOException {
    return Models.load(model);
  }
}
