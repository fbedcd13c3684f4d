package dev.faissjvm.bench;

import dev.faissjvm.lucene.AcceleratorOptions;
import dev.faissjvm.lucene.Effort;
import dev.faissjvm.lucene.FaissCodec;
import dev.faissjvm.lucene.FaissKnnQuery;
import dev.faissjvm.lucene.FaissKnnVectorsFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * One way to index and to search: a codec, and its settings from the cheapest to the dearest.
 *
 * @param name in the table
 * @param codec of the index
 * @param settings tried in turn
 * @param endings of the files beside the raw vectors
 */
record LuceneEngine(String name, Codec codec, List<Search> settings, List<String> endings) {
  static final String FIELD = "vector";

  private static final String OURS = "faiss-lucene";
  private static final int K = TrueNeighbours.K;

  /** A way to ask for ten neighbours. */
  interface Search {
    ScoreDoc[] search(IndexSearcher searcher, float[] query, @Nullable Query filter)
        throws IOException;
  }

  /** Whether it is this codec as it comes: its index costs seconds, and each run builds it anew. */
  boolean isOurs() {
    return name.equals(OURS);
  }

  static List<LuceneEngine> all() {
    return List.of(
        new LuceneEngine(
            OURS,
            new FaissCodec(new FaissKnnVectorsFormat(AcceleratorOptions.DEFAULT)),
            efforts(),
            List.of("a.faiss")),
        new LuceneEngine(
            OURS + " HNSW16",
            new FaissCodec(
                new FaissKnnVectorsFormat(AcceleratorOptions.DEFAULT.withFactory("HNSW16"))),
            efforts(),
            List.of("a.faiss")),
        new LuceneEngine(
            "Lucene HNSW 16/100",
            codec(new Lucene99HnswVectorsFormat(16, 100)),
            fanouts(k -> (s, q, f) -> knn(s, q, k, f)),
            List.of("vex", "vem")),
        new LuceneEngine(
            "Lucene int8 HNSW 16/100",
            codec(new Lucene99HnswScalarQuantizedVectorsFormat(16, 100)),
            fanouts(k -> (s, q, f) -> ranked(s, q, knn(s, q, k, f))),
            List.of("vex", "vem", "veq", "vemq")));
  }

  /** Every vector compared. */
  static Search exact(String engine) {
    return engine.startsWith(OURS)
        ? (s, q, f) -> s.search(new FaissKnnQuery(FIELD, q, K, f, Effort.EXACT), K).scoreDocs
        : (s, q, f) -> scored(s, q);
  }

  /** As it comes, then by effort. */
  private static List<Search> efforts() {
    int[][] levels = {
      {1, 20},
      {2, 20},
      {2, 50},
      {4, 30},
      {4, 50},
      {8, 50},
      {8, 100},
      {12, 50},
      {12, 100},
      {16, 100},
      {16, 200},
      {24, 100},
      {24, 200},
      {32, 100},
      {32, 200},
      {32, 400},
      {40, 400},
      {48, 200},
      {48, 400},
      {64, 200},
      {64, 400},
      {96, 400},
      {128, 400},
      {128, 800},
      {192, 800},
      {256, 800}
    };
    List<Search> searches = new ArrayList<>();
    searches.add((s, q, f) -> knn(s, q, K, f));
    for (int[] level : levels) {
      Effort effort = new Effort(level[0], level[1]);
      searches.add((s, q, f) -> s.search(new FaissKnnQuery(FIELD, q, K, f, effort), K).scoreDocs);
    }
    return searches;
  }

  private static List<Search> fanouts(Function<Integer, Search> setting) {
    return IntStream.of(
            10, 12, 15, 20, 25, 30, 40, 50, 70, 100, 150, 200, 300, 500, 800, 1200, 2000, 4000)
        .boxed()
        .map(setting)
        .toList();
  }

  private static ScoreDoc[] knn(
      IndexSearcher searcher, float[] query, int k, @Nullable Query filter) throws IOException {
    return searcher.search(new KnnFloatVectorQuery(FIELD, query, k, filter), k).scoreDocs;
  }

  /** By the raw vectors, which the quantized format keeps for this. */
  private static ScoreDoc[] ranked(IndexSearcher searcher, float[] query, ScoreDoc[] hits)
      throws IOException {
    Arrays.sort(hits, Comparator.comparingInt(hit -> hit.doc));
    FloatVectorValues values = values(searcher);
    for (ScoreDoc hit : hits) {
      values.advance(hit.doc);
      hit.score = (1 + VectorUtil.dotProduct(query, values.vectorValue())) / 2;
    }
    Arrays.sort(hits, Comparator.comparingDouble(hit -> -hit.score));
    return hits;
  }

  private static ScoreDoc[] scored(IndexSearcher searcher, float[] query) throws IOException {
    FloatVectorValues values = values(searcher);
    var scorer = values.scorer(query);
    java.util.PriorityQueue<ScoreDoc> best =
        new java.util.PriorityQueue<>(Comparator.comparingDouble((ScoreDoc hit) -> hit.score));
    var documents = scorer.iterator();
    while (documents.nextDoc() != org.apache.lucene.search.DocIdSetIterator.NO_MORE_DOCS) {
      float score = scorer.score();
      if (best.size() < K || score > best.element().score) {
        best.add(new ScoreDoc(documents.docID(), score));
        if (best.size() > K) {
          best.remove();
        }
      }
    }
    return best.toArray(ScoreDoc[]::new);
  }

  private static FloatVectorValues values(IndexSearcher searcher) throws IOException {
    return searcher.getIndexReader().leaves().get(0).reader().getFloatVectorValues(FIELD);
  }

  private static Codec codec(KnnVectorsFormat format) {
    return new Lucene912Codec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return format;
      }
    };
  }
}
