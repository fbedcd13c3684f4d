package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.lucene.testing.Place;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Merges keep vectors off the heap: a process whose heap is too small for them merges them. {@code
 * -Dheap.vectors=1000000} does it with a million.
 */
class HeapTest {
  private static final int COUNT = Integer.getInteger("heap.vectors", 40_000);
  private static final int DIMENSION = 384;
  private static final int HEAP_MB = Integer.getInteger("heap.mb", 48);
  private static final int BUFFER_MB = 8;
  private static final int CLUSTERS = 500;

  /** The default, and a graph. */
  @ParameterizedTest
  @ValueSource(strings = {"", "HNSW4"})
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void aHeapSmallerThanTheVectorsIsEnough(String factory, @TempDir Path folder) throws Exception {
    assertThat((long) COUNT * DIMENSION * Float.BYTES).isGreaterThan((long) HEAP_MB << 20);
    File log = folder.resolve("log").toFile();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx" + HEAP_MB + "m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    HeapTest.class.getName(),
                    folder.resolve("index").toString(),
                    factory,
                    String.valueOf(COUNT)))
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    assertThat(process.waitFor(4 + COUNT / 20_000, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s", Files.readString(log.toPath())).isZero();
    try (var files = Files.list(folder.resolve("index"))) {
      assertThat(files.filter(file -> file.toString().endsWith("a.faiss"))).hasSize(1);
    }
  }

  /** Indexes and merges, in a process of its own. */
  public static void main(String[] arguments) throws IOException {
    String factory = arguments[1];
    AcceleratorOptions options =
        factory.isEmpty()
            ? AcceleratorOptions.DEFAULT
            : new AcceleratorOptions(20_000, factory, 0.01, 2);
    IndexWriterConfig config = Place.PLAIN_FILE.config(new FaissKnnVectorsFormat(options));
    config.setRAMBufferSizeMB(BUFFER_MB);
    Random random = new Random(81);
    float[][] centres = new float[CLUSTERS][];
    for (int i = 0; i < CLUSTERS; i++) {
      centres[i] = around(new float[DIMENSION], random);
    }
    try (Directory directory = Place.PLAIN_FILE.directory(Path.of(arguments[0]));
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        float[] vector = around(centres[random.nextInt(CLUSTERS)], random);
        Document document = new Document();
        document.add(new KnnFloatVectorField("vector", vector, VectorSimilarityFunction.EUCLIDEAN));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
  }

  private static float[] around(float[] centre, Random random) {
    float[] vector = centre.clone();
    for (int i = 0; i < vector.length; i++) {
      vector[i] += (float) random.nextGaussian();
    }
    return vector;
  }
}
