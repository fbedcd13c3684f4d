package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.lucene.document.IntField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.FloatVectorSimilarityQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Exact search against brute force in doubles, wherever the vectors lie. */
class ExactSearchOracleTest {
  private static final int DIMENSION = 12;
  private static final int COUNT = 480;

  @TempDir Path folder;

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Place place : Place.values()) {
      for (VectorSimilarityFunction function : VectorSimilarityFunction.values()) {
        cases.add(Arguments.of(place, function));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void denseSegmentsEqualBruteForce(Place place, VectorSimilarityFunction function)
      throws IOException {
    check(place, function, 1, place.config(new FaissKnnVectorsFormat()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sparseSegmentsEqualBruteForce(Place place, VectorSimilarityFunction function)
      throws IOException {
    check(place, function, 3, place.config(new FaissKnnVectorsFormat()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void sortedSegmentsEqualBruteForce(Place place, VectorSimilarityFunction function)
      throws IOException {
    IndexWriterConfig config = place.config(new FaissKnnVectorsFormat());
    config.setIndexSort(new Sort(new SortField("order", SortField.Type.LONG)));
    check(place, function, 5, config);
  }

  /** Every {@code every}-th document has no vector, unless {@code every} is 1. */
  private void check(
      Place place, VectorSimilarityFunction function, int every, IndexWriterConfig config)
      throws IOException {
    Corpus corpus = new Corpus(function);
    float[][] vectors = vectors(function, 11, COUNT);
    try (Directory directory = place.directory(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (int i = 0; i < COUNT; i++) {
        corpus.put(writer, i, every > 1 && i % every == 0 ? null : vectors[i]);
        if (i % 200 == 199) {
          writer.commit();
        }
      }
      checkAll(directory, writer, corpus, function);
      writer.forceMerge(1);
      checkAll(directory, writer, corpus, function);
      for (int i = 0; i < COUNT; i += 2) {
        corpus.delete(writer, i);
      }
      checkAll(directory, writer, corpus, function);
      writer.forceMerge(1);
      checkAll(directory, writer, corpus, function);
    }
  }

  private static float[][] vectors(VectorSimilarityFunction function, long seed, int count) {
    float[][] vectors = Vectors.clustered(seed, count, DIMENSION, 9);
    return function == VectorSimilarityFunction.DOT_PRODUCT
        ? vectors
        : Vectors.ofAnyLength(seed, vectors);
  }

  private static void checkAll(
      Directory directory, IndexWriter writer, Corpus corpus, VectorSimilarityFunction function)
      throws IOException {
    writer.commit();
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      for (float[] query : vectors(function, 12, 2)) {
        checkQuery(searcher, corpus, query, null, i -> true);
        Query wide = IntField.newRangeQuery(Corpus.NUMBER, 100, 400);
        checkQuery(searcher, corpus, query, wide, i -> i >= 100 && i <= 400);
        Query narrow = IntField.newRangeQuery(Corpus.NUMBER, 200, 225);
        checkQuery(searcher, corpus, query, narrow, i -> i >= 200 && i <= 225);
      }
    }
  }

  private static void checkQuery(
      IndexSearcher searcher,
      Corpus corpus,
      float[] query,
      @Nullable Query filter,
      IntPredicate accepted)
      throws IOException {
    for (int k : new int[] {1, 10, 2 * COUNT}) {
      Query nearest = new KnnFloatVectorQuery(Corpus.FIELD, query, k, filter);
      corpus.assertBest(searcher, searcher.search(nearest, k), query, k, accepted);
    }
    List<Double> scores = corpus.scores(query, accepted);
    assertThat(scores).hasSizeGreaterThan(5);
    float threshold = (float) ((scores.get(4) + scores.get(5)) / 2);
    Query above = new FloatVectorSimilarityQuery(Corpus.FIELD, query, threshold, threshold, filter);
    corpus.assertAbove(searcher, searcher.search(above, COUNT), query, threshold, accepted);
  }
}
