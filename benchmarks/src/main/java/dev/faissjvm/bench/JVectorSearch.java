package dev.faissjvm.bench;

import io.github.jbellis.jvector.disk.ReaderSupplier;
import io.github.jbellis.jvector.disk.ReaderSupplierFactory;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult.NodeScore;
import io.github.jbellis.jvector.graph.disk.OnDiskGraphIndex;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;

/** JVector's graph, full vectors on the heap, one thread; kept from run to run. */
final class JVectorSearch extends GraphSearch {

  // In the upper layers; twice as many in the lowest, as with the others.
  private static final int LINKS = 16;
  private static final int BUILD_WIDTH = 100;
  private static final float OVERFLOW = 1.2f;
  private static final float ALPHA = 1.2f;

  private final List<VectorFloat<?>> queries = new ArrayList<>();
  private final List<VectorFloat<?>> base = new ArrayList<>();
  private final ListRandomAccessVectorValues vectors;
  private final Map<String, Double> figures;
  private final ReaderSupplier file;
  private final OnDiskGraphIndex graph;
  private final GraphSearcher searcher;

  JVectorSearch(Path kept, Setting.Data data, float[][] queries) throws IOException {
    super("JVector");
    VectorTypeSupport types = VectorizationProvider.getInstance().getVectorTypeSupport();
    int dimension = data.base().dimension();
    float[] all = data.base().all();
    for (int at = 0; at < all.length; at += dimension) {
      base.add(types.createFloatVector(Arrays.copyOfRange(all, at, at + dimension)));
    }
    for (float[] query : queries) {
      this.queries.add(types.createFloatVector(Arrays.copyOf(query, dimension)));
    }
    this.vectors = new ListRandomAccessVectorValues(base, dimension);
    Path cost = kept.resolveSibling(kept.getFileName() + ".cost");
    if (!Files.exists(cost)) {
      System.err.println("building " + kept.getFileName() + ", once");
      Files.writeString(cost, build(kept) + " " + Runtime.version().feature());
    }
    String[] figures = Files.readString(cost).split(" ", -1);
    double besideBytes = Files.size(kept) - Files.size(data.base().file());
    this.figures =
        Map.of(
            LuceneIndex.SECONDS,
            Double.valueOf(figures[0]),
            "JDK",
            Double.valueOf(figures[1]),
            LuceneIndex.MEGABYTES,
            besideBytes / 1e6);
    this.file = ReaderSupplierFactory.open(kept);
    this.graph = OnDiskGraphIndex.load(file);
    this.searcher = new GraphSearcher(graph);
  }

  /** Writes the graph; returns the processor seconds of the one thread that built it. */
  @SuppressWarnings("deprecation") // only this constructor takes executors, of one thread here
  private double build(Path kept) throws IOException {
    ForkJoinPool one = new ForkJoinPool(1);
    BuildScoreProvider scores =
        BuildScoreProvider.randomAccessScoreProvider(vectors, VectorSimilarityFunction.DOT_PRODUCT);
    try (GraphIndexBuilder builder =
        new GraphIndexBuilder(
            scores,
            vectors.dimension(),
            List.of(2 * LINKS, LINKS),
            BUILD_WIDTH,
            OVERFLOW,
            ALPHA,
            true,
            true,
            one,
            one)) {
      double cost =
          one.submit(
                  () -> {
                    long started = LuceneIndex.cpuNanos();
                    builder.build(vectors);
                    return (LuceneIndex.cpuNanos() - started) / 1e9;
                  })
              .join();
      OnDiskGraphIndex.write(builder.getGraph(), vectors, kept);
      return cost;
    } finally {
      one.shutdown();
    }
  }

  @Override
  public Map<String, Double> figures() {
    return figures;
  }

  @Override
  public boolean filters() {
    return true;
  }

  @Override
  public Answers ask(int setting, int share) {
    int accepted = TrueNeighbours.accepted(TrueNeighbours.SHARES[share], base.size());
    Bits filter = share == 0 ? Bits.ALL : row -> TrueNeighbours.number(row, base.size()) < accepted;
    List<float[]> products = new ArrayList<>();
    long started = LuceneIndex.cpuNanos();
    for (VectorFloat<?> query : queries) {
      NodeScore[] hits =
          searcher
              .search(
                  DefaultSearchScoreProvider.exact(
                      query, VectorSimilarityFunction.DOT_PRODUCT, vectors),
                  TrueNeighbours.K,
                  WIDTHS[setting],
                  0,
                  0,
                  filter)
              .getNodes();
      float[] row = new float[hits.length];
      for (int i = 0; i < hits.length; i++) {
        row[i] = 2 * hits[i].score - 1;
      }
      products.add(row);
    }
    return new Answers((LuceneIndex.cpuNanos() - started) / 1e6 / queries.size(), products);
  }

  @Override
  public void close() throws IOException {
    searcher.close();
    graph.close();
    file.close();
  }
}
