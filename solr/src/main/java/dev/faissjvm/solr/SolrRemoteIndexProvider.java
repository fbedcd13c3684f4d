package dev.faissjvm.solr;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.PendingRows;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.search.RemoteIndex;
import dev.faissjvm.sync.search.RemoteIndexProvider;
import dev.faissjvm.sync.search.RowSearch;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.solr.client.solrj.impl.CloudSolrClient;
import org.apache.solr.client.solrj.request.CollectionAdminRequest;
import org.jspecify.annotations.Nullable;

/** Opens addresses that begin with {@code solr:}. */
public final class SolrRemoteIndexProvider implements RemoteIndexProvider {

  /** Creates the provider, as the service loader does. */
  public SolrRemoteIndexProvider() {}

  @Override
  public boolean serves(String address) {
    return address.startsWith(SolrAddress.SCHEME);
  }

  @Override
  public RemoteIndex open(String address) throws IOException {
    SolrAddress place = SolrAddress.parse(address);
    SolrCalls calls = new SolrCalls(place.collection());
    return new Cloud(place, calls, calls.call(place::client));
  }

  /** A collection of a cloud. */
  private record Cloud(SolrAddress place, SolrCalls calls, CloudSolrClient client)
      implements RemoteIndex {

    @Override
    public Optional<Commit> lastCommit() throws IOException {
      List<String> there = calls.call(() -> CollectionAdminRequest.listCollections(client));
      return there.contains(place.collection())
          ? SolrIndexHome.of(client, place.collection()).lastCommit()
          : Optional.empty();
    }

    @Override
    public IndexHome home(int dimension) throws IOException {
      new SolrConfigSet(dimension)
          .create(client, place.collection(), place.shards(), place.replicas());
      return SolrIndexHome.of(client, place.collection());
    }

    @Override
    public IndexHome part() {
      return new SolrIndexPart(
          new ClientCollection(client, place.collection()), place.collection());
    }

    @Override
    public void forgetBefore(Fence since, Fence holder) throws IOException {
      SolrIndexHome.of(client, place.collection()).forgetBefore(since, holder);
    }

    @Override
    public RowSearch search(Embedder<String> embedder, @Nullable PendingRows live)
        throws IOException {
      return SolrSearchService.open(client, place.collection(), embedder, live);
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }
}
