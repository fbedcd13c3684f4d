package dev.faissjvm.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.NativeThreads;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import org.apache.lucene.document.IntField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;

/**
 * Documents are added, replaced and deleted, segments merged, readers reopened, filters applied and
 * machines stopped, all at random; every search is compared with brute force over what the index
 * ought to hold.
 */
@ThreadLeakFilters(defaultFilters = true, filters = NativeThreads.class)
public class TestRandomOperations extends LuceneTestCase {
  private static final int NUMBERS = 4000;
  private static final int DIMENSION = 12;
  private static final int STEPS = 60;

  private final float[][] vectors = Vectors.clustered(71, NUMBERS, DIMENSION, 12);

  // What the last commit holds, what the writer holds, and approximate searches of them.
  private Corpus committed = new Corpus(VectorSimilarityFunction.DOT_PRODUCT);
  private Corpus now = new Corpus(VectorSimilarityFunction.DOT_PRODUCT);
  private double recalls;
  private int searches;

  public void testExactSegments() throws IOException {
    run(AcceleratorOptions.NONE);
    assertEquals(1, recalls / searches, 1e-9);
  }

  public void testSegmentsWithLists() throws IOException {
    run(new AcceleratorOptions(256, "", 0.97, 1));
    assertTrue("recall " + recalls / searches, recalls / searches > 0.9);
  }

  public void testSegmentsWithGraphs() throws IOException {
    run(new AcceleratorOptions(256, "HNSW16", 0.97, 1));
    assertTrue("recall " + recalls / searches, recalls / searches > 0.9);
  }

  private void run(AcceleratorOptions options) throws IOException {
    Random random = random();
    try (MockDirectoryWrapper directory = newMockDirectory()) {
      directory.setThrottling(MockDirectoryWrapper.Throttling.NEVER);
      IndexWriter writer = writer(directory, options);
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> put(writer, random, 1 + random.nextInt(600));
          case 3 -> delete(writer, random, 1 + random.nextInt(50));
          case 4 -> writer.forceMerge(1 + random.nextInt(3));
          case 5 -> commit(writer, step);
          case 6 -> {
            try (DirectoryReader reader = DirectoryReader.open(writer)) {
              check(reader, now, random);
            }
          }
          default -> writer = stop(directory, writer, options, random);
        }
      }
      commit(writer, STEPS);
      writer.close();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        check(reader, now, random);
      }
      TestUtil.checkIndex(directory);
    }
  }

  private static IndexWriter writer(MockDirectoryWrapper directory, AcceleratorOptions options)
      throws IOException {
    Place place = random().nextBoolean() ? Place.PLAIN_FILE : Place.BESIDE_COMPOUND_FILE;
    IndexWriterConfig config = place.config(new FaissKnnVectorsFormat(options));
    return new IndexWriter(directory, config.setCommitOnClose(false));
  }

  private void put(IndexWriter writer, Random random, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int number = random.nextInt(NUMBERS);
      boolean without = random.nextInt(10) == 0;
      now.put(writer, number, without ? null : vectors[random.nextInt(NUMBERS)]);
    }
  }

  private void delete(IndexWriter writer, Random random, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      now.delete(writer, random.nextInt(NUMBERS));
    }
  }

  private void commit(IndexWriter writer, int step) throws IOException {
    writer.setLiveCommitData(Map.of("step", "" + step).entrySet());
    writer.commit();
    committed = now.copy();
  }

  /** The machine stops, at once or some writes later; what was not committed is lost. */
  private IndexWriter stop(
      MockDirectoryWrapper directory, IndexWriter writer, AcceleratorOptions options, Random random)
      throws IOException {
    if (random.nextBoolean()) {
      StopsAt failure = new StopsAt(random.nextInt(200));
      directory.failOn(failure);
      try {
        put(writer, random, 400);
        writer.flush();
      } catch (IOException | IllegalStateException stopped) {
        if (!failure.stopped()) {
          throw stopped;
        }
      }
      failure.mend();
    }
    writer.rollback();
    directory.crash();
    directory.clearCrash();
    now = committed.copy();
    if (DirectoryReader.indexExists(directory)) {
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        check(reader, committed, random);
      }
    }
    return writer(directory, options);
  }

  private void check(DirectoryReader reader, Corpus corpus, Random random) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    for (int i = 0; i < 3; i++) {
      float[] query = vectors[random.nextInt(NUMBERS)];
      int from = random.nextInt(NUMBERS);
      int to = from + random.nextInt(NUMBERS);
      boolean filtered = random.nextBoolean();
      Query filter = filtered ? IntField.newRangeQuery(Corpus.NUMBER, from, to) : null;
      IntPredicate accepted = n -> !filtered || (n >= from && n <= to);
      Query exact = new FaissKnnQuery(Corpus.FIELD, query, 10, filter, Effort.EXACT);
      corpus.assertBest(searcher, searcher.search(exact, 10), query, 10, accepted);
      if (!corpus.scores(query, accepted).isEmpty()) {
        Query nearest =
            new org.apache.lucene.search.KnnFloatVectorQuery(Corpus.FIELD, query, 10, filter);
        TopDocs hits = searcher.search(nearest, 10);
        corpus.assertScored(searcher, hits, query);
        recalls += corpus.recall(hits, query, 10, accepted);
        searches++;
      }
    }
  }
}
