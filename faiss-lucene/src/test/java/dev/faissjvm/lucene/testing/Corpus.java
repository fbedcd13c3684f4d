package dev.faissjvm.lucene.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopDocs;
import org.jspecify.annotations.Nullable;

/**
 * The documents that an index ought to hold, by number, and what a search ought to find among them.
 */
public final class Corpus {
  /** The vector field. */
  public static final String FIELD = "vector";

  /** The number as a point, for filters by range. */
  public static final String NUMBER = "number";

  private static final double TOLERANCE = 1e-5;

  private final VectorSimilarityFunction function;
  private final Map<Integer, float[]> vectors = new TreeMap<>();

  public Corpus(VectorSimilarityFunction function) {
    this.function = function;
  }

  /** Adds or replaces a document; without a vector it is there but never found. */
  public void put(IndexWriter writer, int number, float @Nullable [] vector) throws IOException {
    Document document = new Document();
    document.add(new StringField("id", "" + number, Field.Store.YES));
    document.add(new IntField(NUMBER, number, Field.Store.NO));
    document.add(new NumericDocValuesField("order", (number * 7919L) % 1009));
    if (vector == null) {
      vectors.remove(number);
    } else {
      document.add(new KnnFloatVectorField(FIELD, vector, function));
      vectors.put(number, vector);
    }
    writer.updateDocument(new Term("id", "" + number), document);
  }

  /** Notes a document that is gone by other means than {@link #delete}. */
  public void remove(int number) {
    vectors.remove(number);
  }

  public void delete(IndexWriter writer, int number) throws IOException {
    remove(number);
    writer.deleteDocuments(new Term("id", "" + number));
  }

  /** A copy that later changes do not touch. */
  public Corpus copy() {
    Corpus copy = new Corpus(function);
    copy.vectors.putAll(vectors);
    return copy;
  }

  public int size() {
    return vectors.size();
  }

  /** Asserts that the hits are exactly the best {@code k}; equals may stand in for each other. */
  public void assertBest(
      IndexSearcher searcher, TopDocs hits, float[] query, int k, IntPredicate filter)
      throws IOException {
    List<Double> best = scores(query, filter);
    assertScores(searcher, hits, query, filter, best.subList(0, Math.min(k, best.size())));
  }

  /** Asserts that the hits are exactly all that score {@code threshold} or more. */
  public void assertAbove(
      IndexSearcher searcher, TopDocs hits, float[] query, float threshold, IntPredicate filter)
      throws IOException {
    List<Double> above = scores(query, filter).stream().filter(s -> s >= threshold).toList();
    assertScores(searcher, hits, query, filter, above);
  }

  /** Asserts that the hits are documents that are there, each once, with their exact scores. */
  public void assertScored(IndexSearcher searcher, TopDocs hits, float[] query) throws IOException {
    List<Integer> seen = new ArrayList<>();
    for (ScoreDoc hit : hits.scoreDocs) {
      int number = Integer.parseInt(searcher.storedFields().document(hit.doc).get("id"));
      float[] vector = vectors.get(number);
      assertThat(vector).as("document %d", number).isNotNull();
      double exact = Vectors.score(function, query, java.util.Objects.requireNonNull(vector));
      assertThat((double) hit.score).isCloseTo(exact, within(exact));
      seen.add(number);
    }
    assertThat(seen).doesNotHaveDuplicates();
  }

  /** The share of the true best {@code k} scores that the hits reach. */
  public double recall(TopDocs hits, float[] query, int k, IntPredicate filter) {
    List<Double> best = scores(query, filter);
    int wanted = Math.min(k, best.size());
    double last = best.get(wanted - 1) * (1 - TOLERANCE);
    long found = List.of(hits.scoreDocs).stream().filter(hit -> hit.score >= last).count();
    return (double) Math.min(found, wanted) / wanted;
  }

  /** All scores, best first. */
  public List<Double> scores(float[] query, IntPredicate filter) {
    List<Double> scores = new ArrayList<>();
    vectors.forEach(
        (number, vector) -> {
          if (filter.test(number)) {
            scores.add(Vectors.score(function, query, vector));
          }
        });
    scores.sort(Comparator.reverseOrder());
    return scores;
  }

  private void assertScores(
      IndexSearcher searcher,
      TopDocs hits,
      float[] query,
      IntPredicate filter,
      List<Double> expected)
      throws IOException {
    assertThat(hits.scoreDocs).hasSize(expected.size());
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      ScoreDoc hit = hits.scoreDocs[i];
      int number = Integer.parseInt(searcher.storedFields().document(hit.doc).get("id"));
      float[] vector = vectors.get(number);
      assertThat(filter.test(number)).isTrue();
      double exact = vector == null ? -1 : Vectors.score(function, query, vector);
      assertThat((double) hit.score).isCloseTo(exact, within(exact));
      assertThat((double) hit.score).isCloseTo(expected.get(i), within(exact));
      seen.add(number);
    }
    assertThat(seen).doesNotHaveDuplicates();
  }

  private static org.assertj.core.data.Offset<Double> within(double exact) {
    return org.assertj.core.data.Offset.offset(TOLERANCE * Math.max(1, exact));
  }
}
