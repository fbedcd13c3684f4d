package dev.faissjvm.lambda;

import dev.faissjvm.sync.index.Commit;
import dev.faissjvm.sync.index.IndexFolder;
import dev.faissjvm.sync.publish.Publisher;
import dev.faissjvm.sync.publish.Retention;
import dev.faissjvm.sync.publish.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts each commit of the maker where search functions fetch it.
 *
 * <p>Which commit was published last is noted on the storage, so that a run with nothing to do asks
 * S3 nothing. A run that was killed between commit and note leaves an old note, and the next run
 * publishes.
 *
 * <p><b>Threads.</b> One call at a time. <b>Errors.</b> Those of {@link Publisher#publish}; the
 * next run tries again.
 */
final class SnapshotPublisher {

  private final Path index;
  private final Path note;
  private final Supplier<SnapshotStore> store;
  private @Nullable Publisher publisher;

  /**
   * Joins index and store. Nothing is read yet.
   *
   * @param settings where index and notes are
   * @param store opened with the first commit that is published
   */
  SnapshotPublisher(Settings settings, Supplier<SnapshotStore> store) {
    this.index = settings.index();
    this.note = settings.storage().resolve("last-published");
    this.store = store;
  }

  /** Publishes the last commit, unless it was. */
  void publish() throws IOException {
    Optional<Commit> last = IndexFolder.of(index).lastCommit();
    if (last.isEmpty()) {
      return;
    }
    // The fence grows with each holder, the generation with each of its commits.
    String name = last.get().fence().number() + " " + last.get().generation();
    if (Files.exists(note) && Files.readString(note).equals(name)) {
      return;
    }
    Publisher open = publisher;
    if (open == null) {
      open = Publisher.of(index, store.get());
      publisher = open;
    }
    open.publish();
    open.prune(Retention.standard());
    Path part = Files.createTempFile(note.toAbsolutePath().getParent(), "published-", "");
    Files.writeString(part, name);
    Files.move(part, note, StandardCopyOption.ATOMIC_MOVE);
  }
}
