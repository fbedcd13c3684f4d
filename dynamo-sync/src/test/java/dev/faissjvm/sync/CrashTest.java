package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.index.IndexedRow;
import dev.faissjvm.sync.testing.ExactlyOnceContract;
import dev.faissjvm.sync.testing.InMemoryIndex;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The contract on an index in memory, and that it would notice the mistakes there are to make. */
class CrashTest extends ExactlyOnceContract<InMemoryIndex> {

  @Override
  protected InMemoryIndex emptyIndex() {
    return new InMemoryIndex();
  }

  @Override
  protected Map<RowKey, IndexedRow> rows(InMemoryIndex index) {
    return index.rows();
  }

  @Test
  void anUnconditionalClearIsSeen() throws IOException {
    assertThat(afterFaults(world -> world.table.clearAnything())).isNotEmpty();
  }

  @Test
  void aClearBeforeTheCommitIsSeen() throws IOException {
    assertThat(afterFaults(world -> world.index.commitLate())).isNotEmpty();
  }

  @Test
  void aWriterWithoutFenceIsSeen() throws IOException {
    assertThat(afterTakeovers(world -> world.index.ignoreFences())).isNotEmpty();
  }
}
