package dev.faissjvm.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {

  @TempDir Path folder = Path.of("");

  @Test
  void onlyWhatADemoLeftIsCleared() throws IOException {
    DemoFolder demo = DemoFolder.create(folder.resolve("demo"));
    Files.writeString(demo.database(), "x");
    Files.writeString(demo.root().resolve("table.db-wal"), "x");
    Files.createDirectories(demo.index().resolve("deep"));
    Files.writeString(demo.index().resolve("deep").resolve("file"), "x");
    Files.writeString(demo.root().resolve("notes.txt"), "mine");
    DemoFolder.create(demo.root()).clear();
    try (var left = Files.list(demo.root())) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("faissjvm-demo", "notes.txt");
    }
  }

  @Test
  void aLinkInPlaceOfTheIndexIsNotFollowed() throws IOException {
    DemoFolder demo = DemoFolder.create(folder.resolve("demo"));
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("thesis.txt"), "mine");
    Files.createSymbolicLink(demo.index(), other);
    demo.clear();
    assertThat(other.resolve("thesis.txt")).exists();
  }

  @Test
  void aFolderOfOthersIsNeitherMadeNorOpened() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "mine");
    assertThatThrownBy(() -> DemoFolder.create(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(folder + ": expected an empty folder or an earlier demo's, got other files");
    assertThatThrownBy(() -> DemoFolder.open(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            folder
                + ": expected a kept demo, got none; make one with: faissjvm demo --keep "
                + folder);
  }

  @Test
  void theDatabaseHasOneUserAtATime() throws IOException {
    DemoFolder demo = DemoFolder.create(folder);
    try (FileChannel lock = demo.lock()) {
      assertThat(lock).isNotNull();
      assertThat(DemoFolder.open(folder).lock()).isNull();
    }
    try (FileChannel lock = demo.lock()) {
      assertThat(lock).isNotNull();
    }
  }
}
