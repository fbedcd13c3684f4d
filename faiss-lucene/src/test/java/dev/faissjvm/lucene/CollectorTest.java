package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much of an accelerated segment is visited for whom, and what cannot be an accelerator. */
class CollectorTest {
  private static final int COUNT = 6000;
  private static final int DIMENSION = 32;
  private static final VectorSimilarityFunction DOT = VectorSimilarityFunction.DOT_PRODUCT;

  private final Corpus corpus = new Corpus(DOT);
  private final float[][] vectors = Vectors.clustered(81, COUNT + 1, DIMENSION, 40);
  private final float[] query = vectors[COUNT];

  @TempDir Path folder = Path.of("");

  private IndexWriter writer(Directory directory, String factory) throws IOException {
    AcceleratorOptions options = new AcceleratorOptions(1000, factory, 0.99, 1);
    IndexWriterConfig config = Place.PLAIN_FILE.config(new FaissKnnVectorsFormat(options));
    return new IndexWriter(directory, config.setMergePolicy(NoMergePolicy.INSTANCE));
  }

  private void fill(IndexWriter writer, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      corpus.put(writer, i, vectors[i]);
    }
    writer.commit();
  }

  /** As Lucene wraps it where there are several segments, or a time limit. */
  private record Wrapped(KnnCollector inner) implements KnnCollector {
    @Override
    public boolean earlyTerminated() {
      return inner.earlyTerminated();
    }

    @Override
    public void incVisitedCount(int count) {
      inner.incVisitedCount(count);
    }

    @Override
    public long visitedCount() {
      return inner.visitedCount();
    }

    @Override
    public long visitLimit() {
      return inner.visitLimit();
    }

    @Override
    public int k() {
      return inner.k();
    }

    @Override
    public boolean collect(int docId, float similarity) {
      return inner.collect(docId, similarity);
    }

    @Override
    public float minCompetitiveSimilarity() {
      return inner.minCompetitiveSimilarity();
    }

    @Override
    public TopDocs topDocs() {
      return inner.topDocs();
    }
  }

  @Test
  void aWrappedCollectorOfManyCostsNoMore() throws IOException {
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = writer(directory, "")) {
      fill(writer, 0, COUNT);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReader segment = reader.leaves().get(0).reader();
        TopKnnCollector plain = new TopKnnCollector(100, Integer.MAX_VALUE);
        segment.searchNearestVectors(Corpus.FIELD, query, plain, null);
        TopKnnCollector inner = new TopKnnCollector(100, Integer.MAX_VALUE);
        segment.searchNearestVectors(Corpus.FIELD, query, new Wrapped(inner), null);
        assertThat(plain.visitedCount()).isLessThan(COUNT / 4);
        assertThat(inner.visitedCount()).isEqualTo(plain.visitedCount());
      }
    }
  }

  /** A limit once meant an exact search of the first that it allows. */
  @Test
  void aLimitThatTheCandidatesKeepToCostsNoRecall() throws IOException {
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = writer(directory, "")) {
      fill(writer, 0, COUNT);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReader segment = reader.leaves().get(0).reader();
        TopKnnCollector some = new TopKnnCollector(10, COUNT / 2);
        segment.searchNearestVectors(Corpus.FIELD, query, some, null);
        TopDocs found = some.topDocs();
        assertThat(corpus.recall(found, query, 10, n -> true)).isGreaterThanOrEqualTo(0.9);
        assertThat(found.totalHits.relation).isEqualTo(TotalHits.Relation.EQUAL_TO);
        TopKnnCollector few = new TopKnnCollector(10, 30);
        segment.searchNearestVectors(Corpus.FIELD, query, few, null);
        assertThat(few.visitedCount()).isEqualTo(30);
        assertThat(few.topDocs().totalHits.relation)
            .isEqualTo(TotalHits.Relation.GREATER_THAN_OR_EQUAL_TO);
      }
    }
  }

  @Test
  void segmentsAreSearchedTogether() throws IOException {
    ExecutorService executor = Executors.newFixedThreadPool(3);
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = writer(directory, "")) {
      for (int from = 0; from < COUNT; from += COUNT / 3) {
        fill(writer, from, from + COUNT / 3);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        assertThat(reader.leaves()).hasSize(3);
        IndexSearcher together = new IndexSearcher(reader, executor);
        KnnFloatVectorQuery nearest = new KnnFloatVectorQuery(Corpus.FIELD, query, 50);
        TopDocs hits = together.search(nearest, 50);
        corpus.assertScored(together, hits, query);
        assertThat(corpus.recall(hits, query, 50, n -> true)).isGreaterThanOrEqualTo(0.9);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  /** These ended the writer at its first flush, with all that was buffered. */
  @ParameterizedTest
  @ValueSource(
      strings = {"IVF16,Nonsense", "NSG16", "IDMap,Flat", "LSH", "PQ8x4fs", "MinMax,SQ8", "IVF0"})
  void whatCannotAccelerateIsRefusedAtOnce(String factory) {
    AcceleratorOptions options = AcceleratorOptions.DEFAULT.withFactory(factory);
    assertThatThrownBy(() -> new FaissKnnVectorsFormat(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("factory: expected ")
        .hasMessageEndingWith("got " + factory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF4096,Flat", "IVF16,PQ8x12", "IVF16,PQ7"})
  void aSegmentThatCannotTrainItIsSearchedExactly(String factory) throws IOException {
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = writer(directory, factory)) {
      fill(writer, 0, 2000);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReader segment = reader.leaves().get(0).reader();
        assertThat(FaissSegment.of(segment, Corpus.FIELD))
            .hasValue(new FaissSegment(2000, "", Effort.EXACT));
        IndexSearcher searcher = new IndexSearcher(reader);
        TopDocs hits = searcher.search(new KnnFloatVectorQuery(Corpus.FIELD, query, 10), 10);
        corpus.assertBest(searcher, hits, query, 10, n -> true);
      }
    }
  }
}
