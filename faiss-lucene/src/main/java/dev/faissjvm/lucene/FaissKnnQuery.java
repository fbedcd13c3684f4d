package dev.faissjvm.lucene;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KnnFloatVectorQuery} that says how much effort the search is worth. Lucene's own query
 * takes the effort that each segment was built for; so does this one on segments of another format.
 *
 * <p><b>Threads.</b> Immutable, as every query.
 *
 * <pre>{@code
 * Query exact = new FaissKnnQuery("vector", query, 10, null, Effort.EXACT);
 * }</pre>
 */
public final class FaissKnnQuery extends KnnFloatVectorQuery {
  private final Effort effort;

  /**
   * Creates the query.
   *
   * @param field the vector field
   * @param target the vector to be near to; not copied
   * @param k neighbours to find, at least 1
   * @param filter which documents to search; null for all
   * @param effort of the search in each segment
   */
  public FaissKnnQuery(String field, float[] target, int k, @Nullable Query filter, Effort effort) {
    super(field, target, k, filter);
    this.effort = Objects.requireNonNull(effort, "effort");
  }

  @Override
  protected TopDocs approximateSearch(
      LeafReaderContext context,
      @Nullable Bits accepted,
      int visitedLimit,
      KnnCollectorManager manager)
      throws IOException {
    return super.approximateSearch(
        context,
        accepted,
        visitedLimit,
        (limit, leaf) -> new EffortCollector(manager.newCollector(limit, leaf), effort));
  }

  @Override
  public String toString(String field) {
    return super.toString(field) + "[" + effort + "]";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other) && other instanceof FaissKnnQuery that && effort.equals(that.effort);
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + effort.hashCode();
  }
}
