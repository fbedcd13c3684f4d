package dev.faissjvm.spark;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.faiss.Faiss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The models of this process: each is loaded once and shared by all tasks, like the native library
 * behind it. They are never closed: an executor's end is its process's.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 */
final class ExecutorModel {

  private static final Map<String, Embedder<String>> LOADED = new HashMap<>();

  private ExecutorModel() {}

  /**
   * Returns the model, loading it on the first call.
   *
   * @param folder as sentence-transformers saves it, or null for the one that comes along
   * @param threads how many work on batches; told by the first call
   */
  static synchronized Embedder<String> of(@Nullable Path folder, int threads) throws IOException {
    // Faiss before libtorch: each brings an OpenMP runtime, and Faiss's settings must come first.
    Faiss.load();
    Path place = folder == null ? DefaultModel.folder() : folder;
    Embedder<String> known = LOADED.get(place.toString());
    if (known == null) {
      known = TextEmbedder.builder(place).threads(threads).load();
      LOADED.put(place.toString(), known);
    }
    return known;
  }
}
