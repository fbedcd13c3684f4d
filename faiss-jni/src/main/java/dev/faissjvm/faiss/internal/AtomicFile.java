package dev.faissjvm.faiss.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that is there whole or not at all: written beside its place, flushed to the disk, renamed,
 * and the folder flushed.
 */
final class AtomicFile {
  private AtomicFile() {}

  /** What goes into the file. */
  interface Content {
    void to(FileChannel channel) throws IOException;
  }

  /** What happens when the file is whole and not yet in its place. */
  interface Ready {
    void run() throws IOException;
  }

  static void replace(Path file, Content content) throws IOException {
    replace(file, content, () -> {});
  }

  static void replace(Path file, Content content, Ready ready) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(String.valueOf(folder), null, "folder expected");
    }
    Path temporary = folder.resolve(target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      create(temporary, content);
      ready.run();
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    flush(folder);
  }

  /** Makes a file that is not there yet; a failing one leaves none. */
  static void create(Path file, Content content) throws IOException {
    boolean whole = false;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      try {
        content.to(channel);
        channel.force(true);
        whole = true;
      } finally {
        if (!whole) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  static void flush(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
