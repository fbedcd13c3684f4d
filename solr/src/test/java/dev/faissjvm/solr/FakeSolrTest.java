package dev.faissjvm.solr;

import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.testing.IndexStoreContract;

/** The store on the fake is under the contract of the one on a real Solr. */
class FakeSolrTest extends IndexStoreContract {

  @Override
  protected IndexHome emptyIndex() {
    return new SolrIndexHome(new FakeSolr(), "fake");
  }
}
