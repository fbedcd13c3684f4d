package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.VectorIndex;
import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Python's Faiss opens a segment's flat file as it lies there and finds what Lucene finds. Needs
 * {@code -Dfaiss.python}, a Python interpreter with the package faiss-cpu.
 */
class PythonReadTest {
  private static final String SCRIPT =
      """
      import sys, faiss, numpy
      index = faiss.read_index(sys.argv[1])
      query = numpy.fromstring(sys.argv[2], dtype='float32', sep=' ').reshape(1, -1)
      distances, ids = index.search(query, 10)
      print(type(index).__name__, index.ntotal, *ids[0])
      """;

  @TempDir Path folder;

  @BeforeEach
  void needsPython() {
    if (System.getProperty("faiss.python") == null) {
      assertThat(System.getenv("CI")).as("with CI set, -Dfaiss.python is needed").isNull();
      Assumptions.abort("faiss.python names no Python interpreter");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PLAIN_FILE, EUCLIDEAN, IndexFlatL2",
    "PLAIN_FILE, MAXIMUM_INNER_PRODUCT, IndexFlatIP",
    "BESIDE_COMPOUND_FILE, DOT_PRODUCT, IndexFlatIP"
  })
  void pythonFindsTheSameIds(Place place, VectorSimilarityFunction function, String kind)
      throws Exception {
    float[][] vectors = Vectors.clustered(21, 500, 32, 5);
    float[] query = Vectors.clustered(22, 1, 32, 1)[0];
    List<Integer> ours = new ArrayList<>();
    try (Directory directory = place.directory(folder)) {
      try (IndexWriter writer =
          new IndexWriter(directory, place.config(new FaissKnnVectorsFormat()))) {
        Corpus corpus = new Corpus(function);
        for (int i = 0; i < vectors.length; i++) {
          corpus.put(writer, i, vectors[i]);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        KnnFloatVectorQuery nearest = new KnnFloatVectorQuery(Corpus.FIELD, query, 10);
        for (ScoreDoc hit : searcher.search(nearest, 10).scoreDocs) {
          ours.add(hit.doc);
        }
      }
    }
    List<String> words = List.of(python(file(".faiss"), query).split("\\s+"));
    assertThat(words.subList(0, 2)).containsExactly(kind, "500");
    assertThat(words.subList(2, 12).stream().map(Integer::valueOf)).isEqualTo(ours);
  }

  @ParameterizedTest
  @CsvSource({
    "'', IndexIVFPQFastScan",
    "'IVF16,Flat', IndexIVFFlat",
    "'IVF16,SQ8', IndexIVFScalarQuantizer",
    "'HNSW16,SQ8', IndexHNSWSQ"
  })
  void pythonFindsTheSameIdsInTheAccelerator(String factory, String kind) throws Exception {
    float[][] vectors = Vectors.clustered(23, 1000, 32, 5);
    AcceleratorOptions options = new AcceleratorOptions(500, factory, 0.9, 1);
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer =
            new IndexWriter(
                directory, Place.PLAIN_FILE.config(new FaissKnnVectorsFormat(options)))) {
      Corpus corpus = new Corpus(VectorSimilarityFunction.EUCLIDEAN);
      for (int i = 0; i < vectors.length; i++) {
        corpus.put(writer, i, vectors[i]);
      }
    }
    List<String> words = List.of(python(file("a.faiss"), vectors[77]).split("\\s+"));
    assertThat(words.subList(0, 2)).containsExactly(kind, "1000");
    byte[] bytes = Files.readAllBytes(file("a.faiss"));
    int body = bytes.length - CodecUtil.footerLength();
    try (VectorIndex index = VectorIndex.read(ByteBuffer.wrap(bytes, 0, body))) {
      List<Long> ours = Arrays.stream(index.search(vectors[77], 10).ids()).boxed().toList();
      assertThat(words.subList(2, 12).stream().map(Long::valueOf)).isEqualTo(ours);
    }
  }

  private Path file(String ending) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }

  private static String python(Path file, float[] query) throws Exception {
    String numbers = Arrays.toString(query).replaceAll("[\\[\\],]", "");
    Process process =
        new ProcessBuilder(
                System.getProperty("faiss.python"), "-c", SCRIPT, file.toString(), numbers)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return output.strip();
  }
}
