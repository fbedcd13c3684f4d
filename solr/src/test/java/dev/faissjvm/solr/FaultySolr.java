package dev.faissjvm.solr;

import dev.faissjvm.sync.testing.Faults;
import dev.faissjvm.sync.testing.Faults.Crash;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.params.SolrParams;

/** A collection whose every request may fail; every other crash takes all of Solr with it. */
record FaultySolr(FakeSolr solr, Faults faults) implements SolrCollection {

  private <T> T around(Faults.Call<T, IOException> call) throws IOException {
    try {
      return faults.around(call);
    } catch (Crash e) {
      if (faults.calls() % 2 == 0) {
        solr.losePower();
      }
      throw e;
    }
  }

  @Override
  public List<SolrDocument> get(Collection<String> ids, String... fields) throws IOException {
    return around(() -> solr.get(ids, fields));
  }

  @Override
  public void put(List<SolrInputDocument> documents) throws IOException {
    // One request a row: a batch is applied row by row.
    for (SolrInputDocument document : documents) {
      around(
          () -> {
            solr.put(List.of(document));
            return document;
          });
    }
  }

  @Override
  public void delete(List<String> ids, long order) throws IOException {
    around(
        () -> {
          solr.delete(ids, order);
          return ids;
        });
  }

  @Override
  public boolean putIf(SolrInputDocument document, long version) throws IOException {
    return around(() -> solr.putIf(document, version));
  }

  @Override
  public void commit() throws IOException {
    around(
        () -> {
          solr.commit();
          return solr;
        });
  }

  @Override
  public QueryResponse query(SolrParams params) throws IOException {
    return around(() -> solr.query(params));
  }

  @Override
  public void forget(long ageMillis) throws IOException {
    around(
        () -> {
          solr.forget(ageMillis);
          return solr;
        });
  }

  @Override
  public void check(int dimension) throws IOException {
    around(
        () -> {
          solr.check(dimension);
          return solr;
        });
  }
}
