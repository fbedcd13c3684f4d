package dev.faissjvm.sync.publish;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.index.CommitFiles;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.metrics.Metric;
import dev.faissjvm.sync.metrics.Metrics;
import dev.faissjvm.sync.publish.SnapshotStore.Stored;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the last commit of an index where other machines find it.
 *
 * <p><b>Order.</b> Files that the newest snapshot does not have, each named by its content; then
 * the manifest, create-only, under the next number. A crash leaves files that no manifest names,
 * which a later {@link #prune} deletes. A publisher whose fence is smaller than that of the newest
 * manifest is refused.
 *
 * <p><b>Cost.</b> Grows with what changed: Lucene's files are never rewritten, so a file of known
 * name, size and ends is taken for known and not read again.
 *
 * <p><b>Threads.</b> One call at a time. <b>Ownership.</b> Everything given stays the caller's.
 *
 * <p><b>Errors.</b> {@link FencedException} once another writer has published; {@link IOException}
 * from folder and store.
 *
 * <pre>{@code
 * Publisher publisher = Publisher.of(Path.of("index"), FolderSnapshotStore.of(Path.of("shared")));
 * publisher.publish();
 * publisher.prune(Retention.standard());
 * }</pre>
 */
public final class Publisher {

  private static final int ATTEMPTS = 5;

  private final IndexFolder folder;
  private final SnapshotStore store;
  private final Clock clock;
  private Metrics metrics = Metrics.NONE;

  private Publisher(IndexFolder folder, SnapshotStore store, Clock clock) {
    this.folder = folder;
    this.store = store;
    this.clock = clock;
  }

  /**
   * Joins an index folder and a store. Nothing is read yet.
   *
   * @param folder the folder that a sync fills
   * @param store where snapshots go
   * @return the publisher
   */
  public static Publisher of(Path folder, SnapshotStore store) {
    return of(folder, store, Clock.systemUTC());
  }

  static Publisher of(Path folder, SnapshotStore store, Clock clock) {
    return new Publisher(IndexFolder.of(folder), store, clock);
  }

  /**
   * Tells what is sent, from now on.
   *
   * @param other hears the {@link Metric}s of snapshots
   * @return this
   */
  public Publisher measuredBy(Metrics other) {
    metrics = other;
    return this;
  }

  /**
   * Publishes the last commit, unless the newest snapshot is of the same files.
   *
   * @return the snapshot that holds it
   * @throws IOException if the index cannot be read or the store not written
   * @throws FencedException if a writer with a greater fence has published
   * @throws UnusableIndexException if there is no index
   */
  public Manifest publish() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<Manifest> published = tryOnce();
        if (published.isPresent()) {
          metrics.record(Metric.SNAPSHOT_NUMBER, published.get().number());
          return published.get();
        }
      } catch (NoSuchFileException | FileNotFoundException e) {
        // A commit came and its files went while they were read: the next attempt finds the newer.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
      if (attempt == ATTEMPTS) {
        throw new IOException(
            "publish: expected a free number, got each of " + ATTEMPTS + " taken by another");
      }
    }
  }

  private Optional<Manifest> tryOnce() throws IOException {
    CommitFiles commit =
        folder
            .lastCommitFiles()
            .orElseThrow(
                () ->
                    new UnusableIndexException(
                        "publish: expected an index, got none; run a sync first", null));
    List<Stored> manifests = Manifest.published(store);
    long newest = manifests.isEmpty() ? 0 : Manifest.number(manifests.get(manifests.size() - 1));
    Manifest before = readOrNull(newest);
    if (before != null && before.fence().compareTo(commit.commit().fence()) > 0) {
      throw new FencedException(
          "publish: expected a fence of at least "
              + before.fence().number()
              + ", got "
              + commit.commit().fence().number()
              + "; snapshot="
              + before.number()
              + "; another writer has taken over",
          null);
    }
    List<SnapshotFile> files = upload(commit, before);
    if (before != null && before.files().equals(files)) {
      return Optional.of(before);
    }
    Manifest next = new Manifest(newest + 1, commit.commit().fence(), now(), files);
    byte[] content = next.encoded();
    String name = Manifest.name(next.number());
    boolean created = store.create(name, content);
    // A create whose answer was lost is recognised by what is there.
    return created || Arrays.equals(store.read(name).orElse(new byte[0]), content)
        ? Optional.of(next)
        : Optional.empty();
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  private List<SnapshotFile> upload(CommitFiles commit, @Nullable Manifest before)
      throws IOException {
    List<SnapshotFile> known = before == null ? List.of() : before.files();
    List<SnapshotFile> files = new ArrayList<>();
    for (Path path : commit.files()) {
      String name = String.valueOf(path.getFileName());
      long size = Files.size(path);
      String mark = Checksums.mark(path);
      Optional<SnapshotFile> same =
          known.stream()
              .filter(f -> f.name().equals(name) && f.sizeBytes() == size && f.mark().equals(mark))
              .findFirst();
      if (same.isPresent()) {
        files.add(same.get());
      } else {
        SnapshotFile file = new SnapshotFile(name, size, Checksums.sha256(path), mark);
        store.put(file.stored(), path);
        metrics.record(Metric.SNAPSHOT_FILES, 1);
        metrics.record(Metric.SNAPSHOT_BYTES, size);
        files.add(file);
      }
    }
    return files;
  }

  /** A newest manifest that is broken has no say: its number is passed over. */
  private @Nullable Manifest readOrNull(long number) throws IOException {
    if (number == 0) {
      return null;
    }
    return Manifest.readOrNone(store, Manifest.name(number)).orElse(null);
  }

  /**
   * Deletes snapshots that are neither among the newest nor young, then the files that no snapshot
   * names any more, if they were written longer ago than the age.
   *
   * @param retention what is kept
   * @return how many objects were deleted
   * @throws IOException if the store cannot be read or written
   */
  public int prune(Retention retention) throws IOException {
    Instant youngest = clock.instant().minus(retention.age());
    List<Stored> manifests = Manifest.published(store);
    Set<String> named = new HashSet<>();
    boolean allRead = true;
    int deleted = 0;
    for (int i = 0; i < manifests.size(); i++) {
      Stored manifest = manifests.get(i);
      boolean old = manifest.written().isBefore(youngest);
      if (old && i < manifests.size() - retention.count()) {
        store.delete(manifest.name());
        deleted++;
      } else {
        Manifest kept = readOrNull(Manifest.number(manifest));
        allRead &= kept != null;
        if (kept != null) {
          kept.files().forEach(file -> named.add(file.stored()));
        }
      }
    }
    // A kept manifest that cannot be read may name anything: then no file is deleted.
    for (Stored file : allRead ? store.list(SnapshotFile.PREFIX) : List.<Stored>of()) {
      if (!named.contains(file.name()) && file.written().isBefore(youngest)) {
        store.delete(file.name());
        deleted++;
      }
    }
    return deleted;
  }
}
