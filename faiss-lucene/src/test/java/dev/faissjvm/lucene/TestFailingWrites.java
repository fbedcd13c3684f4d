package dev.faissjvm.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.NativeThreads;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;

/** The machine stops at many a write in turn: the index reopens at its last commit. */
@ThreadLeakFilters(defaultFilters = true, filters = NativeThreads.class)
public class TestFailingWrites extends LuceneTestCase {
  private static final int BATCH = 20;
  private static final int ACCELERATED_BATCH = 160;
  private static final int BATCHES = 3;

  // A small buffer's write counts as one, and there are thousands.
  private static final int STRIDE = 149;
  private static final int ACCELERATED_STRIDE = 1009;

  private final float[][] vectors = Vectors.clustered(31, ACCELERATED_BATCH * BATCHES, 10, 3);

  /** What each commit holds, and how many of them were acknowledged. */
  private static final class Commits {
    private final List<Corpus> states = new ArrayList<>();
    private int acknowledged;
  }

  public void testAnIndexOfPlainFilesSurvivesAStopAtAnyWrite() throws IOException {
    stopAtManyWrites(new FaissKnnVectorsFormat(), Place.PLAIN_FILE, BATCH, STRIDE);
  }

  public void testAnIndexOfCompoundFilesSurvivesAStopAtAnyWrite() throws IOException {
    stopAtManyWrites(new FaissKnnVectorsFormat(), Place.BESIDE_COMPOUND_FILE, BATCH, STRIDE);
  }

  public void testAnIndexWithListsSurvivesAStopAtAnyWrite() throws IOException {
    AcceleratorOptions lists = new AcceleratorOptions(256, "", 0.5, 1);
    stopAtManyWrites(
        new FaissKnnVectorsFormat(lists), Place.PLAIN_FILE, ACCELERATED_BATCH, ACCELERATED_STRIDE);
  }

  private void stopAtManyWrites(FaissKnnVectorsFormat format, Place place, int size, int stride)
      throws IOException {
    boolean completed = false;
    for (int n = 0; !completed; n += stride) {
      try (MockDirectoryWrapper directory = newMockDirectory()) {
        directory.setThrottling(MockDirectoryWrapper.Throttling.NEVER);
        StopsAt failure = new StopsAt(n);
        directory.failOn(failure);
        Commits commits = new Commits();
        completed = write(directory, place.config(format), failure, commits, size);
        failure.mend();
        directory.crash();
        directory.clearCrash();
        check(directory, commits);
      }
    }
  }

  private boolean write(
      MockDirectoryWrapper directory,
      IndexWriterConfig config,
      StopsAt failure,
      Commits commits,
      int size)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config.setCommitOnClose(false))) {
      Corpus corpus = new Corpus(VectorSimilarityFunction.COSINE);
      for (int batch = 0; batch < BATCHES; batch++) {
        for (int i = batch * size; i < (batch + 1) * size; i++) {
          corpus.put(writer, i, i % 7 == 0 ? null : vectors[i]);
          if (i % 3 == 0) {
            corpus.delete(writer, i / 2);
          }
        }
        if (batch == BATCHES - 1) {
          writer.forceMerge(1);
        }
        commits.states.add(corpus.copy());
        writer.setLiveCommitData(Map.of("batch", "" + batch).entrySet());
        writer.commit();
        commits.acknowledged++;
      }
      return true;
    } catch (IOException | IllegalStateException stopped) {
      if (!failure.stopped()) {
        throw stopped;
      }
      return false;
    }
  }

  private void check(MockDirectoryWrapper directory, Commits commits) throws IOException {
    if (!DirectoryReader.indexExists(directory)) {
      assertEquals(0, commits.acknowledged);
      return;
    }
    TestUtil.checkIndex(directory);
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      int batch = Integer.parseInt(reader.getIndexCommit().getUserData().get("batch"));
      assertTrue(batch + " of " + commits.acknowledged, batch >= commits.acknowledged - 1);
      IndexSearcher searcher = new IndexSearcher(reader);
      float[] query = vectors[5];
      FaissKnnQuery nearest = new FaissKnnQuery(Corpus.FIELD, query, 20, null, Effort.EXACT);
      commits
          .states
          .get(batch)
          .assertBest(searcher, searcher.search(nearest, 20), query, 20, i -> true);
    }
  }
}
