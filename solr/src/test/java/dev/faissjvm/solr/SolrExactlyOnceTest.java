package dev.faissjvm.solr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import dev.faissjvm.sync.index.IndexedRow;
import dev.faissjvm.sync.testing.ExactlyOnceContract;
import dev.faissjvm.sync.testing.Faults;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Exactly once through Solr, broken at every request and at every row. */
class SolrExactlyOnceTest extends ExactlyOnceContract<SolrExactlyOnceTest.Index> {

  /** A collection, and the index in it. */
  record Index(FakeSolr solr) implements IndexHome {

    private SolrIndexHome home() {
      return new SolrIndexHome(solr, "fake");
    }

    @Override
    public Optional<Commit> lastCommit() throws IOException {
      return home().lastCommit();
    }

    @Override
    public IndexStore open(Writer writer) throws IOException {
      return home().open(writer);
    }

    @Override
    public IndexStore rebuild(Writer writer) {
      return home().rebuild(writer);
    }
  }

  @Override
  protected Index emptyIndex() {
    return new Index(new FakeSolr());
  }

  @Override
  protected Map<RowKey, IndexedRow> rows(Index index) {
    return index.solr().rows();
  }

  @Override
  protected IndexHome faulty(Index index, Faults faults) {
    return new SolrIndexHome(new FaultySolr(index.solr(), faults), "fake");
  }

  @Test
  void rowsWithoutOrderAreSeen() throws IOException {
    assertThat(afterTakeovers(world -> world.index.solr().ignoreOrders())).isNotEmpty();
  }
}
