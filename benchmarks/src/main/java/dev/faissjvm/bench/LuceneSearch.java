package dev.faissjvm.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.document.IntField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/** A codec, through Lucene's query classes. */
final class LuceneSearch implements SearchEngine {

  private final LuceneEngine engine;
  private final LuceneIndex index;
  private final float[][] queries;
  private final Directory directory;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  LuceneSearch(LuceneEngine engine, LuceneIndex index, float[][] queries) throws IOException {
    this.engine = engine;
    this.index = index;
    this.queries = queries;
    this.directory = FSDirectory.open(index.folder());
    this.reader = DirectoryReader.open(directory);
    this.searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public Map<String, Double> figures() {
    return index.figures();
  }

  @Override
  public int settings() {
    return engine.settings().size();
  }

  @Override
  public boolean filters() {
    return true;
  }

  @Override
  public Answers ask(int setting, int share) throws IOException {
    int accepted = TrueNeighbours.accepted(TrueNeighbours.SHARES[share], reader.maxDoc());
    Query filter =
        share == 0 ? null : IntField.newRangeQuery(TrueNeighbours.NUMBER, 0, accepted - 1);
    return ask(engine.settings().get(setting), filter, 0, queries.length);
  }

  /** Compares every vector, for the first queries. */
  Answers exact(int count) throws IOException {
    return ask(LuceneEngine.exact(engine.name()), null, 0, count);
  }

  /**
   * Searches a second of the clock, when each caller has a thread and asks every query, none the
   * same as another at that time.
   */
  double perSecond(int setting, int callers) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      LuceneEngine.Search search = engine.settings().get(setting);
      List<Callable<Answers>> all = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        int first = caller * queries.length / callers;
        all.add(() -> ask(search, null, first, queries.length));
      }
      long started = System.nanoTime();
      for (Future<Answers> caller : threads.invokeAll(all)) {
        caller.get();
      }
      return callers * queries.length / ((System.nanoTime() - started) / 1e9);
    } catch (ExecutionException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      threads.shutdown();
    }
  }

  private Answers ask(LuceneEngine.Search search, @Nullable Query filter, int first, int count)
      throws IOException {
    List<float[]> products = new ArrayList<>();
    long started = LuceneIndex.cpuNanos();
    for (int q = first; q < first + count; q++) {
      ScoreDoc[] hits = search.search(searcher, queries[q % queries.length], filter);
      float[] row = new float[Math.min(TrueNeighbours.K, hits.length)];
      for (int i = 0; i < row.length; i++) {
        row[i] = 2 * hits[i].score - 1;
      }
      products.add(row);
    }
    return new Answers((LuceneIndex.cpuNanos() - started) / 1e6 / count, products);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(reader, directory);
  }
}
