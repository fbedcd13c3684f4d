package dev.faissjvm.sync.testing;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.IndexHome;
import dev.faissjvm.sync.index.IndexStore;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The fake is under the contract of the real ones. */
class InMemoryIndexTest extends IndexStoreContract {

  @Override
  protected IndexHome emptyIndex() {
    return new InMemoryIndex();
  }

  @Test
  void aCommitAfterAnothersIsRefused() throws IOException {
    InMemoryIndex index = new InMemoryIndex();
    IndexHome.Writer first = new IndexHome.Writer(new Fence(1), "f", 1, DocumentMapping.recipe());
    IndexHome.Writer second = new IndexHome.Writer(new Fence(2), "f", 1, DocumentMapping.recipe());
    try (IndexStore one = index.open(first);
        IndexStore other = index.open(second)) {
      other.commit();
      assertThatExceptionOfType(FencedException.class).isThrownBy(one::commit);
    }
  }
}
