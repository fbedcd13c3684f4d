package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.apache.lucene.document.IntField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Segments with an accelerator: what is found, kept through merges, and left beside it. */
class AcceleratorTest {
  private static final int COUNT = 6000;
  private static final int DIMENSION = 32;
  private static final int QUERIES = 20;
  private static final double RECALL = 0.95;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "PLAIN_FILE, EUCLIDEAN, ''",
    "PLAIN_FILE, COSINE, ''",
    "BESIDE_COMPOUND_FILE, DOT_PRODUCT, ''",
    "INSIDE_COMPOUND_FILE, MAXIMUM_INNER_PRODUCT, ''",
    "HEAP, COSINE, ''",
    "PLAIN_FILE, EUCLIDEAN, HNSW16",
    "PLAIN_FILE, COSINE, HNSW16",
    "READ_FILE, MAXIMUM_INNER_PRODUCT, HNSW16",
    "PLAIN_FILE, DOT_PRODUCT, 'IVF32,SQ8'",
    "PLAIN_FILE, EUCLIDEAN, 'IVF32,Flat'",
    "PLAIN_FILE, DOT_PRODUCT, 'HNSW16,SQ8'"
  })
  void heldOutQueriesFindTheirNearest(
      Place place, VectorSimilarityFunction function, String factory) throws IOException {
    AcceleratorOptions options = new AcceleratorOptions(1000, factory, 0.99, 1);
    IndexWriterConfig config = place.config(new FaissKnnVectorsFormat(options));
    config.setRAMBufferSizeMB(64);
    Corpus corpus = new Corpus(function);
    float[][] all = vectors(function);
    try (Directory directory = place.directory(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < COUNT; i++) {
        corpus.put(writer, i, i % 10 == 0 ? null : all[i]);
        if (i == COUNT / 2) {
          writer.commit();
        }
      }
      check(directory, writer, corpus, all, factory);
      for (int i = 0; i < COUNT; i += 3) {
        corpus.delete(writer, i);
      }
      check(directory, writer, corpus, all, factory);
      writer.forceMerge(1);
      check(directory, writer, corpus, all, factory);
      if (place == Place.PLAIN_FILE) {
        assertThat(files("a.faiss")).hasSize(1);
      }
    }
  }

  private static float[][] vectors(VectorSimilarityFunction function) {
    float[][] vectors = Vectors.clustered(41, COUNT + QUERIES, DIMENSION, 40);
    return function == VectorSimilarityFunction.DOT_PRODUCT
        ? vectors
        : Vectors.ofAnyLength(42, vectors);
  }

  private void check(
      Directory directory, IndexWriter writer, Corpus corpus, float[][] all, String factory)
      throws IOException {
    writer.commit();
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      List<Double> recalls = new ArrayList<>();
      double least = 0;
      double most = 0;
      for (int i = COUNT; i < COUNT + QUERIES; i++) {
        recalls.add(recall(searcher, corpus, all[i], null, n -> true));
        Query half = IntField.newRangeQuery(Corpus.NUMBER, 0, COUNT / 2);
        recalls.add(recall(searcher, corpus, all[i], half, n -> n <= COUNT / 2));
        Query few = IntField.newRangeQuery(Corpus.NUMBER, 100, 180);
        corpus.assertBest(
            searcher,
            searcher.search(new KnnFloatVectorQuery(Corpus.FIELD, all[i], 10, few), 10),
            all[i],
            10,
            n -> n >= 100 && n <= 180);
        checkRange(searcher, corpus, all[i]);
        Query exact = new FaissKnnQuery(Corpus.FIELD, all[i], 10, null, Effort.EXACT);
        corpus.assertBest(searcher, searcher.search(exact, 10), all[i], 10, n -> true);
        least += recall(searcher, corpus, all[i], new Effort(1, 1));
        most += recall(searcher, corpus, all[i], new Effort(64, 400));
      }
      assertThat(least).isLessThanOrEqualTo(most);
      if (factory.isEmpty()) {
        assertThat(least).isLessThan(most);
      }
      assertThat(recalls.stream().mapToDouble(r -> r).average().orElseThrow())
          .isGreaterThanOrEqualTo(RECALL);
    }
  }

  private static double recall(
      IndexSearcher searcher,
      Corpus corpus,
      float[] query,
      @Nullable Query filter,
      IntPredicate accepted)
      throws IOException {
    TopDocs hits = searcher.search(new KnnFloatVectorQuery(Corpus.FIELD, query, 10, filter), 10);
    assertThat(hits.scoreDocs).hasSize(10);
    return corpus.recall(hits, query, 10, accepted);
  }

  private static double recall(IndexSearcher searcher, Corpus corpus, float[] query, Effort effort)
      throws IOException {
    Query nearest = new FaissKnnQuery(Corpus.FIELD, query, 10, null, effort);
    TopDocs hits = searcher.search(nearest, 10);
    assertThat(hits.scoreDocs).hasSize(10);
    return corpus.recall(hits, query, 10, n -> true);
  }

  /** A threshold that half of the nearest cluster passes: far more than one list of candidates. */
  private static void checkRange(IndexSearcher searcher, Corpus corpus, float[] query)
      throws IOException {
    List<Double> scores = corpus.scores(query, n -> true);
    float threshold = scores.get(300).floatValue();
    TopDocs hits =
        searcher.search(new FloatVectorSimilarityQuery(Corpus.FIELD, query, threshold), COUNT);
    long expected = scores.stream().filter(s -> s >= threshold).count();
    assertThat((double) hits.scoreDocs.length).isBetween(0.9 * expected, 1.01 * expected);

    Query half = IntField.newRangeQuery(Corpus.NUMBER, 0, COUNT / 2);
    TopDocs some =
        searcher.search(
            new FloatVectorSimilarityQuery(Corpus.FIELD, query, threshold, half), COUNT);
    long let =
        corpus.scores(query, n -> n <= COUNT / 2).stream().filter(s -> s >= threshold).count();
    assertThat((double) some.scoreDocs.length).isBetween(0.9 * let, 1.01 * let);
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(ending)).toList();
    }
  }
}
