package dev.faissjvm.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.faiss.Faiss;
import dev.faissjvm.lucene.testing.Corpus;
import dev.faissjvm.lucene.testing.Place;
import dev.faissjvm.lucene.testing.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.SoftDeletesDirectoryReaderWrapper;
import org.apache.lucene.index.SoftDeletesRetentionMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.join.QueryBitSetProducer;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an index goes through in a Lucene application, with each kind of accelerator. */
class IndexLifeTest {
  private static final int COUNT = 4800; // half of them are still too many to be compared exactly
  private static final int DIMENSION = 16;
  private static final VectorSimilarityFunction DOT = VectorSimilarityFunction.DOT_PRODUCT;

  private final float[][] vectors = Vectors.clustered(61, COUNT + 10, DIMENSION, 20);
  private final float[][] queries = Arrays.copyOfRange(vectors, COUNT, COUNT + 10);

  @TempDir Path folder = Path.of("");

  /** Each kind of segment; accelerators from 256 vectors on. */
  enum Kind {
    FLAT(Integer.MAX_VALUE, ""),
    LISTS(256, ""),
    GRAPH(256, "HNSW16");

    private final int minVectors;
    private final String factory;

    Kind(int minVectors, String factory) {
      this.minVectors = minVectors;
      this.factory = factory;
    }

    IndexWriterConfig config() {
      AcceleratorOptions options = new AcceleratorOptions(minVectors, factory, 0.99, 1);
      IndexWriterConfig config = Place.PLAIN_FILE.config(new FaissKnnVectorsFormat(options));
      return config.setMergePolicy(new LogDocMergePolicy());
    }

    double leastRecall() {
      return this == FLAT ? 0.999 : 0.9;
    }
  }

  @ParameterizedTest
  @EnumSource
  void nestedDocumentsAreFoundByTheirBestChild(Kind kind) throws IOException {
    int children = 4;
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = new IndexWriter(directory, kind.config())) {
      for (int i = 0; i < COUNT; i += children) {
        List<Document> block = new ArrayList<>();
        for (int child = i; child < i + children; child++) {
          Document document = new Document();
          document.add(new KnnFloatVectorField(Corpus.FIELD, vectors[child], DOT));
          document.add(new StoredField("parent", i / children));
          block.add(document);
        }
        Document parent = new Document();
        parent.add(new StringField("kind", "parent", Field.Store.NO));
        block.add(parent);
        writer.addDocuments(block);
        if (i == COUNT / 2) {
          writer.commit();
        }
      }
      writer.forceMerge(1);
      writer.commit();
      QueryBitSetProducer parents =
          new QueryBitSetProducer(new TermQuery(new Term("kind", "parent")));
      double recall = 0;
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        for (float[] query : queries) {
          TopDocs hits =
              searcher.search(
                  new DiversifyingChildrenFloatKnnVectorQuery(
                      Corpus.FIELD, query, null, 10, parents),
                  10);
          List<Integer> found = new ArrayList<>();
          for (ScoreDoc hit : hits.scoreDocs) {
            Document child = searcher.storedFields().document(hit.doc);
            found.add(child.getField("parent").numericValue().intValue());
          }
          assertThat(found).hasSize(10).doesNotHaveDuplicates();
          List<Integer> best = bestParents(query, children).subList(0, 10);
          recall += best.stream().filter(found::contains).count() / 10.0 / queries.length;
        }
      }
      assertThat(recall).isGreaterThanOrEqualTo(kind.leastRecall());
    }
  }

  private List<Integer> bestParents(float[] query, int children) {
    double[] best = new double[COUNT / children];
    for (int i = 0; i < COUNT; i++) {
      best[i / children] = Math.max(best[i / children], Vectors.score(DOT, query, vectors[i]));
    }
    return IntStream.range(0, best.length)
        .boxed()
        .sorted((a, b) -> Double.compare(best[b], best[a]))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void softlyDeletedDocumentsAreKeptAndNotFound(Kind kind) throws IOException {
    IndexWriterConfig config = kind.config().setSoftDeletesField("gone");
    config.setMergePolicy(
        new SoftDeletesRetentionMergePolicy(
            "gone", MatchAllDocsQuery::new, new LogDocMergePolicy()));
    Corpus corpus = new Corpus(DOT);
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      fill(writer, corpus, 0, COUNT);
      for (int i = 0; i < COUNT; i += 2) {
        corpus.remove(i);
        writer.updateDocValues(new Term("id", "" + i), new NumericDocValuesField("gone", 1));
      }
      checkSoft(directory, writer, corpus, kind);
      writer.forceMerge(1);
      checkSoft(directory, writer, corpus, kind);
    }
  }

  private void checkSoft(Directory directory, IndexWriter writer, Corpus corpus, Kind kind)
      throws IOException {
    writer.commit();
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      long kept = 0;
      for (var leaf : reader.leaves()) {
        kept += leaf.reader().getFloatVectorValues(Corpus.FIELD).size();
      }
      assertThat(kept).isEqualTo(COUNT);
      try (DirectoryReader live = new SoftDeletesDirectoryReaderWrapper(reader, "gone")) {
        check(live, corpus, kind);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void nearRealTimeReadersSeeWhatIsNotCommitted(Kind kind) throws IOException {
    Corpus corpus = new Corpus(DOT);
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        IndexWriter writer = new IndexWriter(directory, kind.config())) {
      fill(writer, corpus, 0, COUNT / 2);
      DirectoryReader reader = DirectoryReader.open(writer);
      for (int step = 0; step < 4; step++) {
        check(reader, corpus, kind);
        int from = COUNT / 2 + step * 100;
        fill(writer, corpus, from, from + 100);
        corpus.delete(writer, step * 7);
        if (step == 2) {
          writer.forceMerge(1);
        }
        DirectoryReader next = DirectoryReader.openIfChanged(reader);
        reader.close();
        reader = java.util.Objects.requireNonNull(next);
      }
      check(reader, corpus, kind);
      reader.close();
      assertThat(DirectoryReader.indexExists(directory)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherIndexesAreAddedAsFilesAndAsReaders(Kind kind, @TempDir Path other) throws IOException {
    Corpus corpus = new Corpus(DOT);
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        Directory source = Place.PLAIN_FILE.directory(other)) {
      try (IndexWriter writer = new IndexWriter(source, kind.config())) {
        fill(writer, corpus, 0, COUNT / 2);
      }
      try (IndexWriter writer = new IndexWriter(directory, kind.config())) {
        writer.addIndexes(source);
        fill(writer, corpus, COUNT / 2, COUNT);
        writer.commit();
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          check(reader, corpus, kind);
          writer.deleteAll();
          CodecReader[] readers =
              reader.leaves().stream()
                  .map(leaf -> (CodecReader) leaf.reader())
                  .toArray(CodecReader[]::new);
          writer.addIndexes(readers);
        }
        writer.forceMerge(1);
        writer.commit();
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
          assertThat(reader.numDocs()).isEqualTo(COUNT);
          check(reader, corpus, kind);
        }
      }
      try (CheckIndex checker = new CheckIndex(directory)) {
        assertThat(checker.checkIndex().clean).isTrue();
      }
    }
  }

  /** Either an answer or Lucene's own exception; never a crash, and no native memory is left. */
  @ParameterizedTest
  @EnumSource
  void aReaderMayCloseWhileItIsSearched(Kind kind) throws Exception {
    Corpus corpus = new Corpus(DOT);
    int threads = 4;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    long open = Faiss.open();
    try (Directory directory = Place.PLAIN_FILE.directory(folder);
        Directory read = Place.READ_FILE.directory(folder)) {
      try (IndexWriter writer = new IndexWriter(directory, kind.config())) {
        fill(writer, corpus, 0, COUNT);
        writer.addDocument(new Document()); // without vector: which have one is looked up, too
      }
      for (int round = 0; round < 20; round++) {
        DirectoryReader reader = DirectoryReader.open(round % 2 == 0 ? directory : read);
        AtomicLong answers = new AtomicLong();
        List<Future<?>> searches = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          searches.add(executor.submit(() -> searchUntilClosed(reader, answers)));
        }
        while (answers.get() < threads) {
          Thread.onSpinWait();
        }
        reader.close();
        for (Future<?> search : searches) {
          search.get(1, TimeUnit.MINUTES);
        }
        assertThat(Faiss.open()).isEqualTo(open);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private Void searchUntilClosed(DirectoryReader reader, AtomicLong answers) throws IOException {
    while (true) {
      try {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.search(new KnnFloatVectorQuery(Corpus.FIELD, queries[0], 10), 10);
        answers.incrementAndGet();
      } catch (AlreadyClosedException closed) {
        return null;
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSearchWhoseTimeIsUpEndsWithoutHits(Kind kind) throws IOException {
    Corpus corpus = new Corpus(DOT);
    try (Directory directory = Place.PLAIN_FILE.directory(folder)) {
      try (IndexWriter writer = new IndexWriter(directory, kind.config())) {
        fill(writer, corpus, 0, COUNT);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setTimeout(() -> true);
        KnnFloatVectorQuery nearest = new KnnFloatVectorQuery(Corpus.FIELD, queries[0], 10);
        assertThat(nearest.rewrite(searcher)).isInstanceOf(MatchNoDocsQuery.class);
      }
    }
  }

  private void fill(IndexWriter writer, Corpus corpus, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      corpus.put(writer, i, vectors[i]);
    }
  }

  private void check(DirectoryReader reader, Corpus corpus, Kind kind) throws IOException {
    IndexSearcher searcher = new IndexSearcher(reader);
    double recall = 0;
    for (float[] query : queries) {
      TopDocs hits = searcher.search(new KnnFloatVectorQuery(Corpus.FIELD, query, 10), 10);
      corpus.assertScored(searcher, hits, query);
      recall += corpus.recall(hits, query, 10, n -> true);
    }
    assertThat(recall / queries.length).isGreaterThanOrEqualTo(kind.leastRecall());
  }
}
