package dev.faissjvm.sync.search;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import dev.faissjvm.sync.index.FolderReader;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.index.IndexView;
import dev.faissjvm.sync.metrics.EventLog;
import dev.faissjvm.sync.metrics.Metric;
import dev.faissjvm.sync.metrics.Metrics;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests from an index folder, and follows it: a new commit of a sync, also of another
 * process, is searched within {@link #REFRESH_INTERVAL}.
 *
 * <p><b>Units.</b> Scores are cosines for semantic search, BM25 for keyword search, and for hybrid
 * search the weighted sum of both, each from 0 to 1 within its list. Filtered and partitioned
 * searches look among the rows that qualify, not among the best of all.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Ownership.</b> The service owns its open files; the embedder stays the caller's.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} for a request that does not fit the index;
 * {@link UnusableIndexException} for no index, a damaged one, or one of another model.
 *
 * <pre>{@code
 * try (SearchService service = SearchService.open(Path.of("index"), embedder)) {
 *   SearchRequest request = SearchRequest.builder().text("where bread is made").k(3).build();
 *   for (SearchHit hit : service.search(request).hits()) {
 *     System.out.println(hit.rank() + " " + hit.key() + " " + hit.score());
 *   }
 * }
 * }</pre>
 */
public final class SearchService implements RowSearch {

  /** How old what is searched may be, beside the newest commit. */
  public static final Duration REFRESH_INTERVAL = Duration.ofMillis(500);

  private static final EventLog LOG = EventLog.of("dev.faissjvm.sync.search");

  private final FolderReader reader;
  private final Embedder<String> embedder;
  private final @Nullable PendingRows live;
  private final AtomicLong refreshedNanos = new AtomicLong(System.nanoTime());
  private volatile Metrics metrics = Metrics.NONE;

  private SearchService(
      FolderReader reader, Embedder<String> embedder, @Nullable PendingRows live) {
    this.reader = reader;
    this.embedder = embedder;
    this.live = live;
  }

  /**
   * Opens an index folder for searching.
   *
   * @param folder the folder that a sync fills
   * @param embedder the model that the index was made with
   * @return the service, to be closed by the caller
   * @throws IOException if the folder cannot be read
   * @throws UnusableIndexException if there is no index, or it is of another model
   */
  public static SearchService open(Path folder, Embedder<String> embedder) throws IOException {
    return open(folder, embedder, null);
  }

  /**
   * Opens an index folder for searching, with its table at hand for {@link
   * SearchRequest.Builder#live}.
   *
   * @param folder the folder that a sync fills
   * @param embedder the model that the index was made with
   * @param live reads rows of the table, or null to answer from the index only
   * @return the service, to be closed by the caller
   * @throws IOException if the folder cannot be read
   * @throws UnusableIndexException if there is no index, or it is of another model
   */
  public static SearchService open(
      Path folder, Embedder<String> embedder, @Nullable PendingRows live) throws IOException {
    FolderReader reader = IndexFolder.of(folder).reader();
    SearchService service = new SearchService(reader, embedder, live);
    try (IndexView view = reader.acquire()) {
      service.checkModel(view);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
    return service;
  }

  /**
   * Tells what is searched, and how long it takes, from now on.
   *
   * @param other hears the {@link Metric}s of searches, those of modes by {@code mode}
   * @return this
   * @throws IOException if the index cannot be read
   */
  public SearchService measuredBy(Metrics other) throws IOException {
    metrics = other;
    try (IndexView view = reader.acquire()) {
      recordIndex(view);
    }
    return this;
  }

  private void recordIndex(IndexView view) {
    metrics.record(Metric.INDEX_ROWS, view.searcher().getIndexReader().numDocs());
    metrics.record(Metric.INDEX_COMMIT, view.commit().generation());
  }

  @Override
  public SearchResult search(SearchRequest request) throws IOException {
    PendingRows rows = live;
    if (request.live() && rows == null) {
      throw new IllegalArgumentException(
          "live rows: expected a service with a table, got one without");
    }
    refreshIfDue();
    try (IndexView view = reader.acquire()) {
      long started = System.nanoTime();
      float @Nullable [] vector = queryVector(request, view);
      Duration embedding = Duration.ofNanos(System.nanoTime() - started);
      SearchResult result = search(view, request, vector, embedding);
      record(request, result);
      return result;
    }
  }

  private void record(SearchRequest request, SearchResult result) {
    String mode = request.mode().name().toLowerCase(Locale.ROOT);
    metrics.record(Metric.SEARCH.with("mode", mode), result.searching());
    if (request.text() != null && request.mode() != SearchMode.KEYWORD) {
      metrics.record(Metric.QUERY_EMBEDDING, result.embedding());
    }
    metrics.record(Metric.VECTORS_COMPARED, result.work().compared());
  }

  private SearchResult search(
      IndexView view, SearchRequest request, float @Nullable [] vector, Duration embedding)
      throws IOException {
    IndexQuery query = new IndexQuery(view, request);
    List<SearchHit> hits = query.search(vector);
    PendingRows rows = live;
    long started = System.nanoTime();
    if (request.live() && rows != null) {
      hits = LiveRows.of(rows, hits);
    }
    Duration reading =
        request.live() ? Duration.ofNanos(System.nanoTime() - started) : Duration.ZERO;
    return new SearchResult(
        hits,
        view.searcher().getIndexReader().numDocs(),
        view.commit().generation(),
        embedding,
        query.work(reading));
  }

  /** Both searches are of one commit. */
  @Override
  public SearchExplanation explain(SearchRequest request) throws IOException {
    refreshIfDue();
    SearchRequest whole = request.whole();
    try (IndexView view = reader.acquire()) {
      long started = System.nanoTime();
      float @Nullable [] vector = queryVector(whole, view);
      Duration embedding = Duration.ofNanos(System.nanoTime() - started);
      return SearchExplanation.of(
          request.mode(),
          search(view, whole, vector, embedding),
          search(view, whole.exactly(), vector, embedding));
    }
  }

  private float @Nullable [] queryVector(SearchRequest request, IndexView view) throws IOException {
    if (request.mode() == SearchMode.KEYWORD) {
      return null;
    }
    checkModel(view);
    int dimension = view.commit().dimension();
    float[] given = request.vector();
    RowKey like = request.like();
    String text = request.text();
    if (given != null) {
      if (given.length != dimension) {
        throw new IllegalArgumentException(
            "vector: expected " + dimension + " components, got " + given.length);
      }
      return usable(given, dimension);
    } else if (like != null) {
      return StoredRows.vector(view, like);
    }
    return text == null
        ? null
        : DocumentEmbedder.unit(embedder.embedQuery(text), embedder.dimension());
  }

  private static float[] usable(float[] given, int dimension) {
    try {
      return DocumentEmbedder.unit(given, dimension);
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void checkModel(IndexView view) {
    if (!view.commit().fingerprint().equals(embedder.fingerprint())) {
      throw new UnusableIndexException(
          "index model: expected "
              + embedder.fingerprint()
              + ", got "
              + view.commit().fingerprint()
              + "; search with the model that the index was made with, or sync with this one",
          null);
    }
  }

  private void refreshIfDue() throws IOException {
    long last = refreshedNanos.get();
    long now = System.nanoTime();
    if (now - last >= REFRESH_INTERVAL.toNanos() && refreshedNanos.compareAndSet(last, now)) {
      refresh();
    }
  }

  /**
   * Moves on to the newest commit now.
   *
   * @return whether there was a newer one
   * @throws IOException if it cannot be read
   */
  public boolean refresh() throws IOException {
    boolean newer = reader.refresh();
    if (newer) {
      try (IndexView view = reader.acquire()) {
        recordIndex(view);
        LOG.say(Level.DEBUG, "refreshed", "commit", view.commit().generation());
      }
    }
    return newer;
  }

  @Override
  public DocumentMapping mapping() throws IOException {
    try (IndexView view = reader.acquire()) {
      return view.commit().mapping();
    }
  }

  /** Closes the open files. Searches that run go on to their end. */
  @Override
  public void close() throws IOException {
    reader.close();
  }
}
