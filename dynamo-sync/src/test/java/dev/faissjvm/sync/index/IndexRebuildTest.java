package dev.faissjvm.sync.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexRebuildTest {

  private static final DocumentMapping MAPPING = DocumentMapping.recipe();

  @TempDir Path folder;

  private static IndexHome.Writer writer(long fence) {
    return new IndexHome.Writer(new Fence(fence), "model", 2, MAPPING);
  }

  private Path part(String name, int... rows) throws IOException {
    Path part = folder.resolve(name);
    try (IndexStore store = IndexFolder.of(part).open(writer(1))) {
      for (int row : rows) {
        RowKey key = RowKey.of("group", "row" + row);
        Row read = new Row(key, Map.of("content", "text " + row), null, true, false);
        store.put(MAPPING.document(read), List.of(new float[] {1, 0}));
      }
      store.commit();
    }
    return part;
  }

  private static Set<String> keys(Path of) throws IOException {
    Set<String> keys = new TreeSet<>();
    try (IndexedVectors vectors = IndexFolder.of(of).vectors()) {
      while (vectors.next()) {
        keys.add(vectors.key().encoded());
      }
    }
    return keys;
  }

  private Commit rebuild(Path of, long fence, Path... parts) throws IOException {
    try (IndexRebuild rebuild = IndexFolder.of(of).rebuild(writer(fence))) {
      for (Path part : parts) {
        rebuild.add(part);
      }
      return rebuild.commit();
    }
  }

  @Test
  void thePartsBecomeTheCurrentIndex() throws IOException {
    Path index = part("index", 1, 2, 3);

    Commit commit = rebuild(index, 4, part("a", 1, 4), part("b"), part("c", 5));

    assertThat(commit.fence()).isEqualTo(new Fence(4));
    assertThat(IndexFolder.of(index).lastCommit()).contains(commit);
    assertThat(keys(index)).containsExactly("Sgroup/Srow1", "Sgroup/Srow4", "Sgroup/Srow5");
  }

  @Test
  void anOpenReaderMovesOnToIt() throws IOException {
    Path index = part("index", 1);
    try (FolderReader reader = IndexFolder.of(index).reader()) {
      rebuild(index, 4, part("a", 2, 3));

      assertThat(reader.refresh()).isTrue();
      try (IndexView view = reader.acquire()) {
        assertThat(view.reader().numDocs()).isEqualTo(2);
      }
    }
  }

  @Test
  void oneThatWasNotFinishedIsTakenAwayAndOnlyTheLastOneBeforeStays() throws IOException {
    Path index = part("index", 1);
    try (IndexRebuild unfinished = IndexFolder.of(index).rebuild(writer(2))) {
      unfinished.add(part("a", 2));
    }
    assertThat(keys(index)).containsExactly("Sgroup/Srow1");

    rebuild(index, 3, folder.resolve("a"));
    rebuild(index, 4, part("b", 3));

    assertThat(keys(index)).containsExactly("Sgroup/Srow3");
    assertThat(IndexFolder.of(index).newestFirst())
        .containsExactly(index.resolve("index-000003"), index.resolve("index-000002"));
  }

  @Test
  void aWriterThatWasReplacedIsRefused() throws IOException {
    Path index = part("index", 1);
    rebuild(index, 7, part("a", 2));

    assertThatThrownBy(() -> IndexFolder.of(index).rebuild(writer(6)))
        .isInstanceOf(FencedException.class);
  }

  @Test
  void aPartWithoutAnIndexIsRefused() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));

    assertThatThrownBy(() -> rebuild(folder.resolve("index"), 1, empty))
        .isInstanceOf(UnusableIndexException.class)
        .hasMessage("index part: expected an index, got none; folder=" + empty);
  }
}
