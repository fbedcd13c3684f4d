package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.Messages;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a merge takes over, when it trains anew, and that it can be stopped. */
class MergeTest {
  private static final int DIMENSION = 32;
  private static final int QUERIES = 20;
  private static final AcceleratorOptions LISTS = new AcceleratorOptions(1000, "", 0.95, 1);

  private final Messages messages = new Messages();
  private final Corpus corpus = new Corpus(VectorSimilarityFunction.DOT_PRODUCT);

  @TempDir Path folder = Path.of("");

  private IndexWriterConfig config(AcceleratorOptions options) {
    messages.clear();
    IndexWriterConfig config = Place.PLAIN_FILE.config(new FaissKnnVectorsFormat(options));
    config.setRAMBufferSizeMB(256);
    config.setInfoStream(messages);
    return config;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void codesOfOneTrainingAreCopiedAndDeletedOnesDropped(boolean sorted) throws IOException {
    float[][] vectors = Vectors.clustered(51, 6000 + QUERIES, DIMENSION, 30);
    IndexWriterConfig config = config(LISTS);
    if (sorted) {
      config.setIndexSort(new Sort(new SortField("order", SortField.Type.LONG)));
    }
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      put(writer, vectors, 0, 4000);
      put(writer, vectors, 4000, 6000);
      assertThat(messages.count("trained IVF64,PQ8x4fs")).as("%s", messages).isOne();
      assertThat(messages.count("took over a training")).as("%s", messages).isOne();
      for (int i = 0; i < 6000; i += 4) {
        corpus.delete(writer, i);
      }
      messages.clear();
      writer.forceMerge(1);
      assertThat(messages.count("copied 4500 codes")).as("%s", messages).isOne();
      assertThat(messages.count("trained")).as("%s", messages).isZero();
      assertThat(recall(directory, writer, vectors, 6000)).isGreaterThanOrEqualTo(0.9);

      put(writer, vectors, 0, 10);
      messages.clear();
      writer.forceMerge(1);
      assertThat(messages.count("copied 4493 codes")).as("%s", messages).isOne();
      assertThat(recall(directory, writer, vectors, 6000)).isGreaterThanOrEqualTo(0.9);
    }
  }

  @Test
  void vectorsOfAnotherKindAreNoticedAndTrainedFor() throws IOException {
    float[][] vectors = Vectors.clustered(52, 9000 + QUERIES, DIMENSION, 30);
    for (int i = 0; i < vectors.length; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        if (i < 5000 == j < DIMENSION / 2) {
          vectors[i][j] *= 1e-3f; // the first use one half of the space, the others the other half
        }
      }
      vectors[i] = unit(vectors[i]);
    }
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = new IndexWriter(directory, config(LISTS))) {
      put(writer, vectors, 0, 5000);
      put(writer, vectors, 5000, 9000);
      assertThat(messages.count("took over a training")).as("%s", messages).isOne();
      messages.clear();
      writer.forceMerge(1);
      assertThat(messages.count("copied 9000 codes")).as("%s", messages).isOne();
      assertThat(messages.count("drifted: no longer a recall of 0.95 at"))
          .as("%s", messages)
          .isOne();
      assertThat(messages.count("trained IVF128,PQ8x4fs")).as("%s", messages).isOne();
      assertThat(recall(directory, writer, vectors, 9000)).isGreaterThanOrEqualTo(0.9);
    }
  }

  @Test
  void anAbortedMergeStopsBuildingItsGraph() throws Exception {
    int count = 5_000;
    AcceleratorOptions graph = new AcceleratorOptions(3_000, "HNSW16", 0.9, 1);
    float[][] vectors = Vectors.clustered(53, count, 256, 30);
    IndexWriterConfig config = config(graph).setCommitOnClose(false);
    config.setMergeScheduler(new ConcurrentMergeScheduler());
    CompletableFuture<Void> started = new CompletableFuture<>();
    config.setInfoStream(
        new org.apache.lucene.util.InfoStream() {
          @Override
          public void message(String component, String message) {
            messages.message(component, message);
            if (message.contains("added")) { // on the merge's thread, which looks once a second
              started.complete(null);
              sleep(3000);
            }
          }

          @Override
          public boolean isEnabled(String component) {
            return messages.isEnabled(component);
          }

          @Override
          public void close() {}
        });
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      put(writer, vectors, 0, count / 2);
      put(writer, vectors, count / 2, count);
      writer.forceMerge(1, false);
      started.get(2, TimeUnit.MINUTES);
      writer.rollback();
      assertThat(messages.count("added 5000 of 5000")).as("%s", messages).isZero();
      assertThat(directory.listAll()).noneMatch(file -> file.endsWith(".tmp"));
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertThat(reader.leaves()).hasSize(2);
      }
    }
  }

  private void put(IndexWriter writer, float[][] vectors, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      corpus.put(writer, i, vectors[i]);
    }
    writer.commit();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException ended) {
      throw new IllegalStateException(ended);
    }
  }

  private static float[] unit(float[] vector) {
    float inverse = Similarity.inverseNorm(vector);
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= inverse;
    }
    return vector;
  }

  private double recall(Directory directory, IndexWriter writer, float[][] queries, int from)
      throws IOException {
    writer.commit();
    double sum = 0;
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      for (int i = from; i < from + QUERIES; i++) {
        KnnFloatVectorQuery nearest = new KnnFloatVectorQuery(Corpus.FIELD, queries[i], 10);
        sum += corpus.recall(searcher.search(nearest, 10), queries[i], 10, n -> true);
      }
    }
    return sum / QUERIES;
  }
}
