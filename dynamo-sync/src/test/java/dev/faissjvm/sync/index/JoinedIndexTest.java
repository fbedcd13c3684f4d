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
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinedIndexTest {

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

  private static SortedSet<String> keys(Path of) throws IOException {
    TreeSet<String> keys = new TreeSet<>();
    try (IndexedVectors vectors = IndexFolder.of(of).vectors()) {
      while (vectors.next()) {
        keys.add(vectors.key().encoded());
      }
    }
    return keys;
  }

  private Commit join(Path of, long fence, Path... parts) throws IOException {
    try (JoinedIndex joined = IndexFolder.of(of).join(writer(fence))) {
      for (Path part : parts) {
        joined.add(part);
      }
      return joined.commit();
    }
  }

  @Test
  void thePartsBecomeTheCurrentIndex() throws IOException {
    Path index = part("index", 1, 2, 3);

    Commit commit = join(index, 4, part("a", 1, 4), part("b"), part("c", 5));

    assertThat(commit.fence()).isEqualTo(new Fence(4));
    assertThat(IndexFolder.of(index).lastCommit()).contains(commit);
    assertThat(keys(index)).containsExactly("Sgroup/Srow1", "Sgroup/Srow4", "Sgroup/Srow5");
  }

  @Test
  void anOpenReaderMovesOnToIt() throws IOException {
    Path index = part("index", 1);
    try (FolderReader reader = IndexFolder.of(index).reader()) {
      join(index, 4, part("a", 2, 3));

      assertThat(reader.refresh()).isTrue();
      try (IndexView view = reader.acquire()) {
        assertThat(view.reader().numDocs()).isEqualTo(2);
      }
    }
  }

  @Test
  void oneThatWasNotFinishedIsTakenAwayAndThoseBeforeStayForTheirReaders() throws IOException {
    Path index = part("index", 1);
    try (JoinedIndex unfinished = IndexFolder.of(index).join(writer(2))) {
      unfinished.add(part("a", 2));
    }
    assertThat(keys(index)).containsExactly("Sgroup/Srow1");

    join(index, 3, folder.resolve("a"));
    join(index, 4, part("b", 3));

    assertThat(keys(index)).containsExactly("Sgroup/Srow3");
    assertThat(IndexFolder.of(index).newestFirst())
        .containsExactly(
            index.resolve("index-000003"),
            index.resolve("index-000002"),
            index.resolve("index-000001"));
  }

  @Test
  void aWriterThatWasReplacedIsRefused() throws IOException {
    Path index = part("index", 1);
    join(index, 7, part("a", 2));

    assertThatThrownBy(() -> IndexFolder.of(index).join(writer(6)))
        .isInstanceOf(FencedException.class);
  }

  @Test
  void aPartWithoutAnIndexIsRefused() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));

    assertThatThrownBy(() -> join(folder.resolve("index"), 1, empty))
        .isInstanceOf(UnusableIndexException.class)
        .hasMessage("index part: expected an index, got none; folder=" + empty);
  }
}
