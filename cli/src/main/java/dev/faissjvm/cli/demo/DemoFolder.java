package dev.faissjvm.cli.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a demo leaves its table and index.
 *
 * <pre>
 * DIR/faissjvm-demo   marks the folder as a demo's; the database's user holds a lock on it
 * DIR/table.db        DynamoDB Local's database: one process at a time
 * DIR/index/          the index
 * </pre>
 *
 * <p><b>Ownership.</b> Owns no open file, except what {@link #lock()} hands to the caller.
 *
 * <p><b>Errors.</b> A folder that is not a demo's is never changed: {@link IOException}.
 */
public final class DemoFolder {

  /** The name of the demo's table. */
  public static final String TABLE = "dictionary";

  private static final String MARK = "faissjvm-demo";
  private static final String DATABASE = "table.db";
  private static final String INDEX = "index";

  private final Path root;

  private DemoFolder(Path root) {
    this.root = root;
  }

  /**
   * Makes a folder ready for a new demo; what an earlier demo left in it is deleted.
   *
   * @param root the folder; made if it is not there
   * @return the folder, without database and index
   * @throws IOException if it holds anything else, or cannot be written
   */
  public static DemoFolder create(Path root) throws IOException {
    Files.createDirectories(root);
    DemoFolder folder = new DemoFolder(root);
    if (!Files.exists(folder.mark())) {
      try (Stream<Path> entries = Files.list(root)) {
        if (entries.findAny().isPresent()) {
          throw new IOException(
              root + ": expected an empty folder or an earlier demo's, got other files");
        }
      }
      Files.writeString(folder.mark(), "Left by faissjvm demo; may be deleted.\n");
    }
    return folder;
  }

  /**
   * Opens the folder of an earlier demo.
   *
   * @param root the folder
   * @return the folder
   * @throws IOException if no demo was kept there
   */
  public static DemoFolder open(Path root) throws IOException {
    DemoFolder folder = new DemoFolder(root);
    if (!Files.isRegularFile(folder.mark())) {
      throw new NoSuchFileException(
          root + ": expected a kept demo, got none; make one with: faissjvm demo --keep " + root);
    }
    return folder;
  }

  /**
   * Deletes database and index. The caller holds the lock.
   *
   * @throws IOException if a file cannot be deleted
   */
  public void clear() throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(DATABASE)) {
          Files.delete(entry);
        }
      }
    }
    if (Files.isDirectory(index(), LinkOption.NOFOLLOW_LINKS)) {
      Files.walkFileTree(index(), new Deletion());
    }
  }

  /**
   * Takes the right to use the database, without waiting.
   *
   * @return an open channel whose closing gives the right back, or null if another process has it
   * @throws IOException if the folder cannot be written
   */
  public @Nullable FileChannel lock() throws IOException {
    FileChannel channel = FileChannel.open(mark(), StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another table of this very process has it: the same answer.
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  /** {@return the folder itself} */
  public Path root() {
    return root;
  }

  /** {@return the database file} */
  public Path database() {
    return root.resolve(DATABASE);
  }

  /** {@return the folder of the index} */
  public Path index() {
    return root.resolve(INDEX);
  }

  private Path mark() {
    return root.resolve(MARK);
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
