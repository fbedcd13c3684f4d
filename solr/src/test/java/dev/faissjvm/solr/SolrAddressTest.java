package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.faissjvm.sync.search.RemoteIndexProvider;
import java.util.List;
import org.junit.jupiter.api.Test;

class SolrAddressTest {

  @Test
  void aCloudIsNamedByItsZooKeepers() {
    assertThat(SolrAddress.parse("solr:zk1:2181,zk2:2181/articles"))
        .isEqualTo(new SolrAddress(List.of("zk1:2181", "zk2:2181"), "", "articles", 1, 1));
    assertThat(SolrAddress.parse("solr:zk1:2181/a/root/articles?shards=4&replicas=2"))
        .isEqualTo(new SolrAddress(List.of("zk1:2181"), "/a/root", "articles", 4, 2));
  }

  @Test
  void aCloudIsNamedByANode() {
    assertThat(SolrAddress.parse("solr:http://node1:8983/solr/articles?replicas=3"))
        .isEqualTo(new SolrAddress(List.of("http://node1:8983/solr"), "", "articles", 1, 3));
  }

  @Test
  void anIncompleteAddressIsRefused() {
    for (String wrong : List.of("solr:", "solr:zk1:2181", "solr:zk1:2181/", "solr:/articles")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SolrAddress.parse(wrong))
          .withMessage(
              "solr address: expected solr:HOST:PORT,.../COLLECTION or"
                  + " solr:http://HOST:PORT/solr/COLLECTION, got '"
                  + wrong
                  + "'");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SolrAddress.parse("solr:zk:1/a?shards=0"))
        .withMessage("solr address: expected 1 to 1000, got 'shards=0'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SolrAddress.parse("solr:zk:1/a?parts=2"))
        .withMessage("solr address: expected shards or replicas, got 'parts=2'");
  }

  @Test
  void anAddressThatNobodyServesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RemoteIndexProvider.openAny("elsewhere:x"))
        .withMessageContaining("index address: expected one of a module that is there");
  }
}
