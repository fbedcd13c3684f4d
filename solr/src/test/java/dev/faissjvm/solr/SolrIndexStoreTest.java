package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.testing.IndexStoreContract;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.solr.client.solrj.SolrServerException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, of a collection of a real Solr. */
class SolrIndexStoreTest extends IndexStoreContract {

  @TempDir private static Path home;
  private static EmbeddedSolr solr;

  @BeforeAll
  static void start() throws IOException {
    solr = EmbeddedSolr.create(home, DIMENSION);
  }

  @AfterAll
  static void stop() throws IOException {
    solr.close();
  }

  @Override
  protected IndexHome emptyIndex() throws IOException {
    try {
      solr.clear();
    } catch (SolrServerException e) {
      throw new IOException(e);
    }
    return solr.index();
  }

  private static IndexHome.Writer writer(long fence) {
    return new IndexHome.Writer(new Fence(fence), "model", DIMENSION, MAPPING);
  }

  @Test
  void aHolderThatWasReplacedIsRefused() throws IOException {
    IndexHome home = emptyIndex();
    try (IndexStore one = home.open(writer(1));
        IndexStore other = home.open(writer(2))) {
      assertThatExceptionOfType(FencedException.class)
          .isThrownBy(one::commit)
          .withMessage(
              "commit: expected to be generation 1, got another writer's; collection=rows;"
                  + " another writer has taken over");
      other.commit();
    }
  }
}
