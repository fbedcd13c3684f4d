package dev.faissjvm.sync.testing;

import dev.faissjvm.sync.document.DocumentMapping;
import org.junit.jupiter.api.Nested;

/** The double keeps the contracts of the real table. */
class InMemoryTableTest {

  @Nested
  class Rows extends PendingRowsContract {
    @Override
    protected SyncTable emptyTable(DocumentMapping mapping) {
      return new InMemoryTable(mapping);
    }
  }

  @Nested
  class Leases extends LeaseContract {
    @Override
    protected SyncTable emptyTable(DocumentMapping mapping) {
      return new InMemoryTable(mapping);
    }
  }
}
