package dev.faissjvm.solr;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.embed.DocumentEmbedder;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFields;
import dev.faissjvm.sync.search.LiveRows;
import dev.faissjvm.sync.search.RowSearch;
import dev.faissjvm.sync.search.SearchHit;
import dev.faissjvm.sync.search.SearchMode;
import dev.faissjvm.sync.search.SearchRequest;
import dev.faissjvm.sync.search.SearchResult;
import dev.faissjvm.sync.search.SearchWork;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests from a Solr collection, of however many shards, with the scores that one index
 * on one machine has.
 *
 * <p>Vectors are compared on each shard and merged by score; words are weighed by their counts in
 * all shards. What the last commit says of itself is read anew after {@link #REFRESH_INTERVAL}.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Ownership.</b> Client, embedder and table stay the caller's.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} for a request that does not fit the index,
 * {@link UnusableIndexException} for no index or one of another model, {@link
 * dev.faissjvm.sync.change.TransientSyncException} where Solr does not answer.
 *
 * <pre>{@code
 * try (RowSearch search = SolrSearchService.open(client, "articles", embedder, null)) {
 *   SearchRequest request = SearchRequest.builder().text("where bread is made").k(3).build();
 *   search.search(request).hits().forEach(hit -> System.out.println(hit.key()));
 * }
 * }</pre>
 */
public final class SolrSearchService implements RowSearch {

  /** How old what is known of the last commit may be. */
  public static final Duration REFRESH_INTERVAL = Duration.ofMillis(500);

  private final SolrCollection solr;
  private final String name;
  private final Embedder<String> embedder;
  private final @Nullable PendingRows live;
  private volatile Known known;

  /** What was known of the collection at a time. */
  private record Known(Commit commit, long passages, long nanos) {}

  private SolrSearchService(
      SolrCollection solr, String name, Embedder<String> embedder, @Nullable PendingRows live)
      throws IOException {
    this.solr = solr;
    this.name = name;
    this.embedder = embedder;
    this.live = live;
    this.known = look();
  }

  /**
   * Opens a collection for searching.
   *
   * @param client a client of its Solr
   * @param collection its name
   * @param embedder the model that the index was made with
   * @param live reads rows of the table, or null to answer from the index only
   * @return the search
   * @throws IOException if Solr cannot be read
   * @throws UnusableIndexException if there is no index, or it is of another model
   */
  public static SolrSearchService open(
      SolrClient client, String collection, Embedder<String> embedder, @Nullable PendingRows live)
      throws IOException {
    ClientCollection solr = new ClientCollection(client, collection);
    SolrSearchService service = new SolrSearchService(solr, collection, embedder, live);
    solr.check(service.known.commit.dimension());
    service.checkModel(service.known.commit);
    return service;
  }

  @Override
  public SearchResult search(SearchRequest request) throws IOException {
    PendingRows rows = live;
    if (request.live() && rows == null) {
      throw new IllegalArgumentException(
          "live rows: expected a service with a table, got one without");
    }
    Known index = current();
    long started = System.nanoTime();
    float @Nullable [] vector = queryVector(request, index.commit);
    long embedded = System.nanoTime();
    List<SearchHit> hits = new SolrQuery(solr, index.commit.mapping(), request).search(vector);
    long searched = System.nanoTime();
    if (request.live() && rows != null) {
      hits = LiveRows.of(rows, hits);
    }
    // Solr answers for all its parts at once, so their times are one.
    Duration searching = Duration.ofNanos(searched - embedded);
    boolean words = request.mode() == SearchMode.KEYWORD;
    SearchWork work =
        new SearchWork(
            words ? Duration.ZERO : searching,
            words ? searching : Duration.ZERO,
            Duration.ZERO,
            Duration.ofNanos(System.nanoTime() - searched),
            List.of());
    return new SearchResult(
        hits,
        index.passages,
        index.commit.generation(),
        Duration.ofNanos(embedded - started),
        work);
  }

  private float @Nullable [] queryVector(SearchRequest request, Commit commit) throws IOException {
    if (request.mode() == SearchMode.KEYWORD) {
      return null;
    }
    checkModel(commit);
    float[] given = request.vector();
    RowKey like = request.like();
    String text = request.text();
    if (given != null) {
      if (given.length != commit.dimension()) {
        throw new IllegalArgumentException(
            "vector: expected " + commit.dimension() + " components, got " + given.length);
      }
      return DocumentEmbedder.unit(given, commit.dimension());
    } else if (like != null) {
      return stored(like, commit.dimension());
    }
    return text == null
        ? null
        : DocumentEmbedder.unit(embedder.embedQuery(text), embedder.dimension());
  }

  private float[] stored(RowKey key, int dimension) throws IOException {
    for (SolrDocument row :
        solr.get(key.readings().stream().map(SolrFields::id).toList(), IndexFields.VECTOR)) {
      Collection<Object> vector = row.getFieldValues(IndexFields.VECTOR);
      if (vector != null) {
        return RowBlocks.unboxed(vector, dimension);
      }
    }
    throw new IllegalArgumentException("like: expected an indexed row, got " + key);
  }

  private void checkModel(Commit commit) {
    if (!commit.fingerprint().equals(embedder.fingerprint())) {
      throw new UnusableIndexException(
          "index model: expected "
              + embedder.fingerprint()
              + ", got "
              + commit.fingerprint()
              + "; collection="
              + name
              + "; search with the model that the index was made with, or sync with this one",
          null);
    }
  }

  private Known current() throws IOException {
    Known last = known;
    if (System.nanoTime() - last.nanos < REFRESH_INTERVAL.toNanos()) {
      return last;
    }
    Known newer = look();
    known = newer;
    return newer;
  }

  private Known look() throws IOException {
    Commit commit =
        CommitDocument.read(solr)
            .commit(name)
            .orElseThrow(
                () ->
                    new UnusableIndexException(
                        "collection: expected an index, got none; collection="
                            + name
                            + "; run a sync first",
                        null));
    ModifiableSolrParams count = new ModifiableSolrParams();
    count.set("q", "{!term f=" + SolrFields.KIND + "}" + SolrFields.PASSAGE);
    count.set("rows", 0);
    return new Known(commit, solr.query(count).getResults().getNumFound(), System.nanoTime());
  }

  @Override
  public DocumentMapping mapping() throws IOException {
    return current().commit.mapping();
  }

  /** Does nothing: the client is the caller's. */
  @Override
  public void close() {}
}
