package dev.faissjvm.sync;

import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Uses libtorch and Faiss in one process, the one named by the first argument first. */
final class BothLibraries {

  static final String FOUND = "bakery";

  private static final List<String> WORDS = List.of("barn", FOUND, "hospital", "library");

  private BothLibraries() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments[0].equals("faiss")) {
      searchMadeVectors();
    }
    try (TextEmbedder embedder =
        TextEmbedder.builder(DefaultModel.folder()).precision(Precision.FLOAT32).load()) {
      float[][] vectors = embedder.embed(WORDS); // lists in float32 are libtorch's
      if (!Files.readString(Path.of("/proc/self/maps")).contains("libtorch_cpu")) {
        throw new IllegalStateException("libtorch: expected it to be loaded");
      }
      try (VectorIndex index =
          VectorIndex.create("HNSW16,Flat", embedder.dimension(), Metric.INNER_PRODUCT)) {
        for (float[] vector : vectors) {
          index.add(vector);
        }
        Neighbors hits = index.search(embedder.embedQuery("a place where bread is made"), 1);
        // Lists use the embedder's own threads, IVF training Faiss's: both after both are loaded.
        embedder.embed(WORDS);
        searchMadeVectors();
        System.out.println(WORDS.get((int) hits.id(0, 0)));
      }
    }
  }

  private static void searchMadeVectors() {
    int dimension = 16;
    float[] vectors = new float[400 * dimension];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = (float) Math.sin(i * 0.7);
    }
    try (VectorIndex index = VectorIndex.create("IVF4,Flat", dimension, Metric.L2)) {
      index.train(vectors);
      index.add(vectors);
      index.search(vectors, 3);
    }
  }
}
