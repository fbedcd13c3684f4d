package dev.faissjvm.sync.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.testing.HashingEmbedder;
import dev.faissjvm.sync.testing.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file of an index cut, emptied or gone: said as a damaged index, never as anything else. */
class DamagedIndexTest {

  @TempDir Path work;

  private enum Damage {
    TRUNCATED,
    EMPTY,
    ABSENT;

    void inflict(Path file) throws IOException {
      byte[] whole = Files.readAllBytes(file);
      switch (this) {
        case TRUNCATED -> Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        case EMPTY -> Files.write(file, new byte[0]);
        default -> Files.delete(file);
      }
    }
  }

  @Test
  void everyDamageToEveryFileIsSaid() throws IOException {
    Path index = work.resolve("index");
    Library library = new Library(index, DocumentMapping.recipe(), new HashingEmbedder(16));
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 20; i++) {
        library.table.put(RowKey.of("g", "k" + i), Map.of("content", "text " + i + " " + round));
      }
      library.sync();
    }
    List<Path> files = IndexFolder.of(index).lastCommitFiles().orElseThrow().files();
    int damages = 0;
    for (Path file : files) {
      for (Damage damage : Damage.values()) {
        // Without the newest list of segments the commit before it is the newest.
        boolean older =
            damage == Damage.ABSENT && String.valueOf(file.getFileName()).startsWith("segments_");
        if (!older) {
          Path copy = copy(index, work.resolve("copy-" + damages++));
          damage.inflict(copy.resolve(index.relativize(file)));

          assertThatThrownBy(() -> SearchService.open(copy, library.embedder))
              .as("%s %s", file.getFileName(), damage)
              .isInstanceOf(UnusableIndexException.class)
              .hasMessageStartingWith(
                  "index folder: expected an index that can be read and written, got ")
              .hasMessageEndingWith(
                  "; folder="
                      + copy
                      + "; check its permissions, or give another folder and sync again");
        }
      }
    }
    assertThat(damages).isGreaterThan(20);
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }
}
