package dev.faissjvm.solr;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.solr.client.solrj.SolrClient;
import org.apache.solr.client.solrj.SolrRequest.METHOD;
import org.apache.solr.client.solrj.request.GenericSolrRequest;
import org.apache.solr.client.solrj.request.QueryRequest;
import org.apache.solr.client.solrj.request.UpdateRequest;
import org.apache.solr.client.solrj.request.schema.SchemaRequest;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrException;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.params.ModifiableSolrParams;
import org.apache.solr.common.params.SolrParams;

/** A collection behind a client of Solr: a cloud's, a server's or an embedded one. */
final class ClientCollection implements SolrCollection {

  private static final int CONFLICT = 409;

  /** A version of Solr is its clock's milliseconds, and this many bits of a counter. */
  private static final int VERSION_BITS = 20;

  private final SolrClient client;
  private final String name;
  private final SolrCalls calls;

  ClientCollection(SolrClient client, String name) {
    this(client, name, new SolrCalls(name));
  }

  ClientCollection(SolrClient client, String name, SolrCalls calls) {
    this.client = client;
    this.name = name;
    this.calls = calls;
  }

  @Override
  public List<SolrDocument> get(Collection<String> ids, String... fields) throws IOException {
    ModifiableSolrParams params = new ModifiableSolrParams();
    params.set("ids", String.join(",", ids));
    params.set("fl", String.join(",", fields));
    QueryRequest request = new QueryRequest(params, METHOD.POST);
    request.setPath("/get");
    return calls.call(() -> request.process(client, name).getResults());
  }

  @Override
  public void put(List<SolrInputDocument> documents) throws IOException {
    UpdateRequest request = new UpdateRequest();
    request.add(documents);
    calls.call(() -> request.process(client, name));
  }

  @Override
  public void delete(List<String> ids, long order) throws IOException {
    UpdateRequest request = new UpdateRequest();
    request.deleteById(ids);
    request.setParam("order", Long.toString(order));
    calls.call(() -> request.process(client, name));
  }

  @Override
  public boolean putIf(SolrInputDocument document, long version) throws IOException {
    document.setField(SolrFields.VERSION, version);
    UpdateRequest request = new UpdateRequest();
    request.add(document);
    request.setParam("update.chain", "commit");
    return calls.call(
        () -> {
          try {
            request.process(client, name);
            return true;
          } catch (SolrException e) {
            if (e.code() == CONFLICT) {
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public void commit() throws IOException {
    calls.call(() -> client.commit(name, true, true));
  }

  @Override
  public QueryResponse query(SolrParams params) throws IOException {
    return calls.call(() -> client.query(name, params, METHOD.POST));
  }

  @Override
  public void forget(long ageMillis) throws IOException {
    long version = (System.currentTimeMillis() - ageMillis) << VERSION_BITS;
    String old =
        "+"
            + SolrFields.KIND
            + ":"
            + SolrFields.GONE
            + " +"
            + SolrFields.VERSION
            + ":[* TO "
            + version
            + "]";
    ModifiableSolrParams count = new ModifiableSolrParams();
    count.set("q", old);
    count.set("rows", 0);
    if (query(count).getResults().getNumFound() > 0) {
      UpdateRequest request = new UpdateRequest();
      request.deleteByQuery(old);
      calls.call(() -> request.process(client, name));
      commit();
    }
  }

  @Override
  public void check(int dimension) throws IOException {
    CollectionCheck check = new CollectionCheck(name, dimension);
    check.schema(
        calls.call(() -> new SchemaRequest().process(client, name).getSchemaRepresentation()));
    GenericSolrRequest config = new GenericSolrRequest(METHOD.GET, "/config");
    check.config(calls.call(() -> client.request(config, name)));
  }
}
