package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.faissjvm.sync.change.TransientSyncException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.solr.client.solrj.impl.CloudHttp2SolrClient;
import org.apache.solr.client.solrj.impl.CloudSolrClient;
import org.junit.jupiter.api.Test;

class SolrCallsTest {

  @Test
  void aZooKeeperThatIsNotThereIsNamed() throws IOException {
    try (CloudSolrClient nowhere =
        new CloudHttp2SolrClient.Builder(List.of("127.0.0.1:1"), Optional.empty())
            .withZkConnectTimeout(1, TimeUnit.SECONDS)
            .build()) {
      SolrCalls calls = new SolrCalls("rows", Duration.ofMillis(300));
      assertThatExceptionOfType(TransientSyncException.class)
          .isThrownBy(() -> calls.call(() -> nowhere.commit("rows")))
          .withMessageContaining("127.0.0.1:1")
          .withMessageContaining(
              "check that its nodes and ZooKeeper are running and reachable from here");
    }
  }
}
