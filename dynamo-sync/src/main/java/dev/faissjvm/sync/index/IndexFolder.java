package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.UnusableIndexException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.SegmentInfos;

/**
 * An index in a local folder.
 *
 * <p><b>Shape.</b> Below the folder lie numbered Lucene indexes, {@code index-000001} and so on.
 * The newest complete one is searched; a newer one beside it is being rebuilt for another model.
 * What a row becomes is in {@link IndexFields}; what a commit says of itself is in its user data.
 *
 * <p><b>Threads.</b> Safe for use by many threads. One store at a time is open for changing,
 * guarded by Lucene's lock in the folder.
 *
 * <p><b>Ownership.</b> Stores and readers are closed by whoever opened them.
 *
 * <p><b>Errors.</b> {@link UnusableIndexException} for a folder that is damaged, not readable, of
 * another format or of another model; {@link IOException} for the rest of the file system.
 */
public final class IndexFolder implements IndexHome {

  private final IndexLayout layout;

  private IndexFolder(Path folder) {
    this.layout = new IndexLayout(folder);
  }

  /**
   * Names a folder. Nothing is read or made yet.
   *
   * @param folder the folder
   * @return the index in that folder
   */
  public static IndexFolder of(Path folder) {
    return new IndexFolder(folder);
  }

  @Override
  public Optional<Commit> lastCommit() throws IOException {
    Optional<Integer> current = layout.current();
    if (current.isEmpty()) {
      return Optional.empty();
    }
    return commit(current.get());
  }

  private Optional<Commit> commit(int number) throws IOException {
    return layout
        .lastCommit(number)
        .map(
            found ->
                CommitSettings.read(found.getUserData(), found.getGeneration(), layout.folder()));
  }

  @Override
  public IndexStore open(Writer writer) throws IOException {
    create();
    Optional<Commit> last = lastCommit();
    if (last.isPresent()) {
      checkFence(last.get(), writer);
      checkModel(last.get(), writer);
    }
    int number = layout.current().orElse(1);
    layout.removeReplaced(number);
    return store(number, writer, true, last);
  }

  @Override
  public IndexStore rebuild(Writer writer) throws IOException {
    create();
    Optional<Commit> last = lastCommit();
    if (last.isPresent()) {
      checkFence(last.get(), writer);
    }
    int current = layout.current().orElse(0);
    int number = current + 1;
    for (int begun : layout.numbers()) {
      if (begun <= current) {
        break;
      }
      Optional<Commit> other = commit(begun);
      if (other.isPresent()) {
        checkFence(other.get(), writer);
        if (other.get().isOf(writer)) {
          return store(begun, writer, false, other);
        }
      }
      layout.remove(begun);
    }
    return store(number, writer, false, last);
  }

  private void create() throws IOException {
    try {
      Files.createDirectories(layout.folder());
    } catch (FileAlreadyExistsException e) {
      throw new UnusableIndexException(
          "index folder: expected a folder, got the file " + layout.folder(), e);
    } catch (IOException e) {
      throw layout.failure(e);
    }
  }

  private LuceneIndexStore store(
      int number, Writer writer, boolean complete, Optional<Commit> before) throws IOException {
    try {
      return new LuceneIndexStore(layout.numbered(number), writer, complete, before);
    } catch (IOException e) {
      throw layout.failure(e);
    }
  }

  /**
   * Starts a new index beside the current one, to be filled from whole indexes. It is searched as
   * soon as it is committed, and may be of another model or mapping than the one before.
   *
   * @param writer who makes it, and for what
   * @return the new index, to be closed by the caller
   * @throws IOException if the folder cannot be written
   * @throws FencedException if a writer with a greater fence has committed to this folder
   */
  public JoinedIndex join(Writer writer) throws IOException {
    create();
    Optional<Commit> last = lastCommit();
    if (last.isPresent()) {
      checkFence(last.get(), writer);
    }
    int current = layout.current().orElse(0);
    for (int begun : layout.numbers()) {
      if (begun > current) {
        layout.remove(begun);
      }
    }
    return new JoinedIndex(layout, current, store(current + 1, writer, true, last));
  }

  /**
   * Returns the files of the last durable commit, without opening the index for changing.
   *
   * @return the commit and its files, or an empty optional where there is none yet
   * @throws IOException if it cannot be read
   */
  public Optional<CommitFiles> lastCommitFiles() throws IOException {
    Optional<Integer> current = layout.current();
    if (current.isEmpty()) {
      return Optional.empty();
    }
    Path index = layout.numbered(current.get());
    Optional<SegmentInfos> last = layout.lastCommit(current.get());
    if (last.isEmpty()) {
      return Optional.empty();
    }
    SegmentInfos infos = last.get();
    Commit commit =
        CommitSettings.read(infos.getUserData(), infos.getGeneration(), layout.folder());
    List<Path> files = infos.files(true).stream().sorted().map(index::resolve).toList();
    return Optional.of(new CommitFiles(commit, files));
  }

  @Override
  public long sizeBytes() throws IOException {
    Optional<CommitFiles> last = lastCommitFiles();
    long size = 0;
    for (Path file : last.isEmpty() ? List.<Path>of() : last.get().files()) {
      size += Files.size(file);
    }
    return size;
  }

  /**
   * {@return the place of a numbered index}
   *
   * @param number its number, from 1; of complete ones the greatest is searched
   */
  public Path numbered(int number) {
    return layout.numbered(number);
  }

  /**
   * {@return the numbered indexes that are there, the newest first}
   *
   * @throws IOException if the folder cannot be read
   */
  public List<Path> newestFirst() throws IOException {
    return layout.numbers().stream().map(layout::numbered).toList();
  }

  private void checkFence(Commit last, Writer writer) {
    if (last.fence().compareTo(writer.fence()) > 0) {
      throw new FencedException(
          "fence: expected at least "
              + last.fence().number()
              + ", got "
              + writer.fence().number()
              + "; folder="
              + layout.folder()
              + "; another writer has taken over, or the folder belongs to another table",
          null);
    }
  }

  private void checkModel(Commit last, Writer writer) {
    if (!last.fingerprint().equals(writer.fingerprint())) {
      throw new UnusableIndexException(
          "index model: expected "
              + writer.fingerprint()
              + ", got "
              + last.fingerprint()
              + "; folder="
              + layout.folder()
              + "; use the model that it was made with, or another folder",
          null);
    }
  }

  /**
   * Opens the current index for comparing. Where there is none it compares as an empty one.
   *
   * @return the newest commit, to be closed by the caller
   * @throws IOException if it cannot be read
   */
  public IndexAudit audit() throws IOException {
    if (layout.current().isEmpty()) {
      return new IndexAudit(null);
    }
    try (FolderReader reader = reader()) {
      return new IndexAudit(reader.acquire());
    }
  }

  /**
   * Opens the current index for reading every vector.
   *
   * @return the vectors of the newest commit, to be closed by the caller
   * @throws IOException if it cannot be read
   * @throws UnusableIndexException if there is no index, or it is damaged
   */
  public IndexedVectors vectors() throws IOException {
    try (FolderReader reader = reader()) {
      return new IndexedVectors(reader.acquire());
    }
  }

  /**
   * Opens the current index for reading.
   *
   * @return a reader that follows new commits, to be closed by the caller
   * @throws IOException if it cannot be read
   * @throws UnusableIndexException if there is no index, or it is damaged
   */
  public FolderReader reader() throws IOException {
    return FolderReader.open(layout);
  }
}
