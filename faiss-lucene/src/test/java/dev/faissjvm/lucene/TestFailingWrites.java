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
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.tests.store.MockDirectoryWrapper;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;

/**
 * The machine stops at every {@value #STRIDE}th write in turn: the index reopens at its last
 * commit.
 */
@ThreadLeakFilters(defaultFilters = true, filters = NativeThreads.class)
public class TestFailingWrites extends LuceneTestCase {
  private static final int BATCH = 20;
  private static final int BATCHES = 3;

  // A small buffer's write counts as one, and there are thousands.
  private static final int STRIDE = 149;

  private final float[][] vectors = Vectors.clustered(31, BATCH * BATCHES, 10, 3);

  /** Stops at the n-th call that reaches the disk, and at every one after it, until mended. */
  private static final class StopsAt extends MockDirectoryWrapper.Failure {
    private int left;

    StopsAt(int n) {
      left = n;
    }

    void mend() {
      left = Integer.MAX_VALUE;
    }

    @Override
    public void eval(MockDirectoryWrapper directory) throws IOException {
      if (--left < 0) {
        throw new IOException("stopped");
      }
    }
  }

  /** What each commit holds, and how many of them were acknowledged. */
  private static final class Commits {
    private final List<Corpus> states = new ArrayList<>();
    private int acknowledged;
  }

  public void testAnIndexOfPlainFilesSurvivesAStopAtAnyWrite() throws IOException {
    stopAtManyWrites(new FaissKnnVectorsFormat(), Place.PLAIN_FILE);
  }

  public void testAnIndexOfCompoundFilesSurvivesAStopAtAnyWrite() throws IOException {
    stopAtManyWrites(new FaissKnnVectorsFormat(), Place.BESIDE_COMPOUND_FILE);
  }

  private void stopAtManyWrites(FaissKnnVectorsFormat format, Place place) throws IOException {
    boolean completed = false;
    for (int n = 0; !completed; n += STRIDE) {
      try (MockDirectoryWrapper directory = newMockDirectory()) {
        directory.setThrottling(MockDirectoryWrapper.Throttling.NEVER);
        StopsAt failure = new StopsAt(n);
        directory.failOn(failure);
        Commits commits = new Commits();
        completed = write(directory, place.config(format), failure, commits);
        failure.mend();
        directory.crash();
        directory.clearCrash();
        check(directory, commits);
      }
    }
  }

  private boolean write(
      MockDirectoryWrapper directory, IndexWriterConfig config, StopsAt failure, Commits commits)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config.setCommitOnClose(false))) {
      Corpus corpus = new Corpus(VectorSimilarityFunction.COSINE);
      for (int batch = 0; batch < BATCHES; batch++) {
        for (int i = batch * BATCH; i < (batch + 1) * BATCH; i++) {
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
      if (failure.left >= 0) {
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
      KnnFloatVectorQuery nearest = new KnnFloatVectorQuery(Corpus.FIELD, query, 20);
      commits
          .states
          .get(batch)
          .assertBest(searcher, searcher.search(nearest, 20), query, 20, i -> true);
    }
  }
}
