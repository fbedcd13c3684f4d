package dev.faissjvm.sync.publish;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Snapshots in a folder that several machines mount, or in a local one.
 *
 * <p>An object is a file. It is written beside its place under another name, made durable, and then
 * linked ({@link #create}) or renamed ({@link #put}) to its own: on a local disk and on NFS a
 * reader sees all of it or none, and of two that create one name one wins.
 *
 * <p><b>Threads.</b> Safe for use by many threads and processes. <b>Ownership.</b> The folder is
 * the caller's; it is made by the first write.
 */
public final class FolderSnapshotStore implements SnapshotStore {

  private static final long MAX_READ_BYTES = 64L << 20;
  private static final String UNFINISHED = ".unfinished-";

  private final Path folder;

  private FolderSnapshotStore(Path folder) {
    this.folder = folder;
  }

  /**
   * Names a folder. Nothing is read or made yet.
   *
   * @param folder the folder
   * @return the store in that folder
   */
  public static FolderSnapshotStore of(Path folder) {
    return new FolderSnapshotStore(folder);
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    Path place = place(name);
    Path unfinished = unfinished(place);
    try {
      Files.write(unfinished, content);
      force(unfinished);
      Files.createLink(place, unfinished);
      force(parent(place));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  @Override
  public void put(String name, Path file) throws IOException {
    Path place = place(name);
    Path unfinished = unfinished(place);
    try {
      Files.copy(file, unfinished);
      force(unfinished);
      Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE);
      force(parent(place));
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    Path place = folder.resolve(name);
    try {
      long size = Files.size(place);
      if (size > MAX_READ_BYTES) {
        throw new IOException(
            "object: expected at most "
                + MAX_READ_BYTES
                + " bytes, got "
                + size
                + "; name="
                + name);
      }
      return Optional.of(Files.readAllBytes(place));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void fetch(String name, Path file) throws IOException {
    Files.copy(folder.resolve(name), file);
  }

  @Override
  public List<Stored> list(String prefix) throws IOException {
    int slash = prefix.lastIndexOf('/') + 1;
    Path place = folder.resolve(prefix.substring(0, slash));
    List<Stored> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.toList()) {
        String name = prefix.substring(0, slash) + file.getFileName();
        if (name.startsWith(prefix) && !name.substring(slash).startsWith(UNFINISHED)) {
          stored(name, file).ifPresent(found::add);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    found.sort(Comparator.comparing(Stored::name));
    return found;
  }

  private static Optional<Stored> stored(String name, Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Instant written = attributes.lastModifiedTime().toInstant();
      return attributes.isRegularFile()
          ? Optional.of(new Stored(name, attributes.size(), written))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
  }

  private Path place(String name) throws IOException {
    Path place = folder.resolve(name);
    Files.createDirectories(parent(place));
    return place;
  }

  private static Path unfinished(Path place) {
    return place.resolveSibling(UNFINISHED + UUID.randomUUID());
  }

  private static Path parent(Path place) {
    Path parent = place.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("object: expected a name in a folder, got " + place);
    }
    return parent;
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
