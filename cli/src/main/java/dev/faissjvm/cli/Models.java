package dev.faissjvm.cli;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.faiss.Faiss;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Models by folder, or the default one. */
final class Models {

  private Models() {}

  /**
   * Loads a model.
   *
   * @param folder a sentence-transformers folder, or null for the default model
   * @return the model, to be closed by the caller
   */
  static Embedder<String> load(@Nullable Path folder) throws IOException {
    // Faiss before libtorch: each brings an OpenMP runtime, and Faiss's settings must come first.
    Faiss.load();
    try {
      return TextEmbedder.load(folder == null ? DefaultModel.folder() : folder);
    } catch (EmbedderException e) {
      throw new CommandFailure(ExitCode.NO_MODEL, "model: " + e.getMessage(), e);
    }
  }
}
