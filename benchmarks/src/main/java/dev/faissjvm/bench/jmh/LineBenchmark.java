package dev.faissjvm.bench.jmh;

import dev.faissjvm.bench.PacedEmbedder;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchResult;
import dev.faissjvm.sync.search.SearchService;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The stages of a sync without table and model, and a search from end to end: a row to a document,
 * a hundred documents to a durable commit, a request to hits.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class LineBenchmark {

  private static final int ROWS = 20_000;
  private static final int BATCH = 100;

  private final DocumentMapping mapping = DocumentMapping.recipe();
  private final PacedEmbedder embedder =
      new PacedEmbedder(Made.DIMENSION, Double.POSITIVE_INFINITY);
  private @Nullable IndexStore store;
  private @Nullable SearchService service;
  private int next;

  /**
   * Fills an index.
   *
   * @throws IOException if it cannot be written
   */
  @Setup
  public void fill() throws IOException {
    Path folder = Files.createTempDirectory("bench-line");
    IndexFolder home = IndexFolder.of(folder);
    store =
        home.open(
            new IndexHome.Writer(
                new Fence(1), embedder.fingerprint(), embedder.dimension(), mapping));
    while (next < ROWS) {
      putBatch();
    }
    opened().commit();
    opened().tidy();
    opened().commit();
    service = SearchService.open(folder, embedder);
  }

  /** {@return a row's document} */
  @Benchmark
  public Document document() {
    return mapping.document(row(next++ % ROWS));
  }

  /**
   * Puts a hundred rows anew and commits them, fsync included.
   *
   * @return the commit
   * @throws IOException if it cannot be written
   */
  @Benchmark
  public Commit commit() throws IOException {
    putBatch();
    return opened().commit();
  }

  /**
   * {@return what a search by meaning finds; the embedding of the query takes no time here}
   *
   * @throws IOException if the index cannot be read
   */
  @Benchmark
  public SearchResult semantic() throws IOException {
    return search(SearchMode.SEMANTIC);
  }

  /**
   * {@return what a search by words finds}
   *
   * @throws IOException if the index cannot be read
   */
  @Benchmark
  public SearchResult keyword() throws IOException {
    return search(SearchMode.KEYWORD);
  }

  /**
   * {@return what a search by both finds}
   *
   * @throws IOException if the index cannot be read
   */
  @Benchmark
  public SearchResult hybrid() throws IOException {
    return search(SearchMode.HYBRID);
  }

  /**
   * Closes the index.
   *
   * @throws IOException if it cannot be closed
   */
  @TearDown
  public void close() throws IOException {
    Objects.requireNonNull(service, "service").close();
    opened().close();
  }

  private SearchResult search(SearchMode mode) throws IOException {
    String text = "water number " + next++ % ROWS;
    return Objects.requireNonNull(service, "service")
        .search(SearchRequest.builder().text(text).mode(mode).k(10).build());
  }

  private void putBatch() throws IOException {
    for (int i = 0; i < BATCH; i++) {
      Document document = mapping.document(row(next++ % ROWS));
      opened().put(document, List.of(embedder.embed(document.text())));
    }
  }

  private static Row row(int number) {
    RowKey key = RowKey.of("g" + number % 4, "row" + number);
    Map<String, Object> content = Map.of("content", "bread and water, number " + number);
    return new Row(key, content, BigDecimal.ONE, true, false);
  }

  private IndexStore opened() {
    return Objects.requireNonNull(store, "store");
  }
}
