package dev.faissjvm.sync.publish;

import dev.faissjvm.sync.change.CorruptSnapshotException;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.metrics.EventLog;
import dev.faissjvm.sync.metrics.Metric;
import dev.faissjvm.sync.metrics.Metrics;
import dev.faissjvm.sync.publish.SnapshotStore.Stored;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Keeps a local folder at the newest whole snapshot of a store.
 *
 * <p><b>Shape.</b> The folder is an {@link IndexFolder}: each snapshot becomes a numbered index of
 * it, {@code index-000042}, complete when it gets its name. A search that is open on the folder
 * moves on to it without a pause. The two newest are kept. Files are fetched once, into {@code
 * files/}, and linked into each index that has them.
 *
 * <p><b>Trust.</b> A manifest is checked as a whole, and each file as it is fetched, by size and
 * SHA-256. Where anything is broken or absent the snapshot before is taken; {@link #problems} tells
 * what was wrong.
 *
 * <p><b>Threads.</b> One call at a time. <b>Ownership.</b> The folder belongs to one reader; the
 * store stays the caller's.
 *
 * <p><b>Errors.</b> {@link CorruptSnapshotException} where there are snapshots and none is whole;
 * {@link UnusableIndexException} where there is none at all. An index that is in the folder stays.
 *
 * <pre>{@code
 * SnapshotReader reader = SnapshotReader.of(store, Path.of("local"));
 * reader.refresh();
 * try (SearchService service = SearchService.open(Path.of("local"), embedder)) {
 *   reader.refresh(); // now and then: the service moves on by itself
 * }
 * }</pre>
 */
public final class SnapshotReader {

  private static final EventLog LOG = EventLog.of("dev.faissjvm.sync.publish");
  private static final int KEPT = 2;
  private static final int ATTEMPTS = 5;

  private final SnapshotStore store;
  private final Path folder;
  private List<String> problems = List.of();
  private Metrics metrics = Metrics.NONE;

  private SnapshotReader(SnapshotStore store, Path folder) {
    this.store = store;
    this.folder = folder;
  }

  /**
   * Joins a store and a local folder. Nothing is read yet.
   *
   * @param store where snapshots are
   * @param folder where the index is put; its own
   * @return the reader
   */
  public static SnapshotReader of(SnapshotStore store, Path folder) {
    return new SnapshotReader(store, folder);
  }

  /**
   * Tells what is fetched, from now on.
   *
   * @param other hears the {@link Metric}s of snapshots
   * @return this
   */
  public SnapshotReader measuredBy(Metrics other) {
    metrics = other;
    return this;
  }

  /** {@return what was wrong with the snapshots that the last {@link #refresh} passed over} */
  public List<String> problems() {
    return problems;
  }

  /**
   * Brings the newest whole snapshot into the folder, unless it is there.
   *
   * @return the snapshot that is in the folder now
   * @throws IOException if the store cannot be read or the folder not written
   * @throws CorruptSnapshotException if there are snapshots, and none is whole
   * @throws UnusableIndexException if there is no snapshot
   */
  public Manifest refresh() throws IOException {
    Files.createDirectories(folder.resolve("files"));
    List<String> found = new ArrayList<>();
    long newestSeen = -1;
    for (int attempt = 1; ; attempt++) {
      List<Stored> manifests = Manifest.published(store);
      long newest = manifests.isEmpty() ? 0 : Manifest.number(manifests.get(manifests.size() - 1));
      if (newest == newestSeen || attempt > ATTEMPTS) {
        tell(found);
        throw noneWhole(found);
      }
      // Where one was broken a newer one may have come, and those before it have been deleted.
      newestSeen = newest;
      found.clear();
      Optional<Manifest> whole = newestWhole(manifests, found);
      if (whole.isPresent()) {
        tell(found);
        metrics.record(Metric.SNAPSHOT_NUMBER, whole.get().number());
        return whole.get();
      }
    }
  }

  private void tell(List<String> found) {
    for (String problem : found) {
      metrics.record(Metric.SNAPSHOTS_BROKEN, 1);
      if (!problems.contains(problem)) {
        LOG.say(Level.WARNING, "broken", "problem", problem);
      }
    }
    problems = List.copyOf(found);
  }

  private Optional<Manifest> newestWhole(List<Stored> manifests, List<String> found)
      throws IOException {
    for (int i = manifests.size() - 1; i >= 0; i--) {
      String name = manifests.get(i).name();
      try {
        return Optional.of(bring(name, Manifest.number(manifests.get(i))));
      } catch (CorruptSnapshotException e) {
        found.add(String.valueOf(e.getMessage()));
      }
    }
    return Optional.empty();
  }

  private RuntimeException noneWhole(List<String> found) {
    if (found.isEmpty()) {
      return new UnusableIndexException(
          "snapshots: expected at least one, got none; publish one first", null);
    }
    return new CorruptSnapshotException(
        "snapshots: expected a whole one, got none; " + String.join("; ", found), null);
  }

  private Manifest bring(String name, long number) throws IOException {
    byte[] content = store.read(name).orElseThrow(() -> absent(name, name));
    Manifest manifest = Manifest.read(name, content);
    if (manifest.number() != number) {
      throw new CorruptSnapshotException(
          "snapshot: expected number " + number + ", got " + manifest.number() + "; name=" + name,
          null);
    }
    Path index = IndexFolder.of(folder).numbered(Math.toIntExact(manifest.number()));
    if (!Files.isDirectory(index)) {
      Path building = folder.resolve("building");
      deleteTree(building);
      Files.createDirectory(building);
      for (SnapshotFile file : manifest.files()) {
        Files.createLink(building.resolve(file.name()), local(file, name));
      }
      Files.move(building, index);
      forgetOthers();
    }
    return manifest;
  }

  /** Returns the local copy of a file, fetching and checking it where there is none. */
  private Path local(SnapshotFile file, String manifest) throws IOException {
    Path copy = folder.resolve(file.stored());
    if (Files.exists(copy) && Files.size(copy) == file.sizeBytes()) {
      return copy;
    }
    Path fetched = folder.resolve("fetched");
    Files.deleteIfExists(fetched);
    try {
      store.fetch(file.stored(), fetched);
    } catch (NoSuchFileException e) {
      throw absent(file.name(), manifest);
    }
    String got = Files.size(fetched) + " bytes";
    if (Files.size(fetched) == file.sizeBytes()) {
      String sum = Checksums.sha256(fetched);
      if (sum.equals(file.sha256())) {
        metrics.record(Metric.SNAPSHOT_FILES, 1);
        metrics.record(Metric.SNAPSHOT_BYTES, file.sizeBytes());
        Files.deleteIfExists(copy);
        return Files.move(fetched, copy);
      }
      got = "sha256 " + sum;
    }
    Files.delete(fetched);
    throw new CorruptSnapshotException(
        "snapshot: expected "
            + file.sizeBytes()
            + " bytes of sha256 "
            + file.sha256()
            + ", got "
            + got
            + "; file="
            + file.name()
            + ", name="
            + manifest,
        null);
  }

  private static CorruptSnapshotException absent(String file, String manifest) {
    return new CorruptSnapshotException(
        "snapshot: expected the object, got none; file=" + file + ", name=" + manifest, null);
  }

  /** Deletes all but the newest indexes, and the files that none of them has. */
  private void forgetOthers() throws IOException {
    List<Path> indexes = IndexFolder.of(folder).newestFirst();
    Set<Object> used = new HashSet<>();
    for (int i = 0; i < indexes.size(); i++) {
      if (i >= KEPT) {
        deleteTree(indexes.get(i));
      } else {
        for (Path file : children(indexes.get(i))) {
          used.add(Files.getAttribute(file, "unix:ino"));
        }
      }
    }
    for (Path file : children(folder.resolve("files"))) {
      if (!used.contains(Files.getAttribute(file, "unix:ino"))) {
        Files.delete(file);
      }
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    if (Files.isDirectory(tree)) {
      for (Path file : children(tree)) {
        Files.delete(file);
      }
      Files.delete(tree);
    }
  }

  private static List<Path> children(Path tree) throws IOException {
    try (Stream<Path> files = Files.list(tree)) {
      return files.toList();
    }
  }
}
