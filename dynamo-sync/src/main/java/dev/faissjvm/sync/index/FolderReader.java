package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.UnusableIndexException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Reads the current index of a folder, and follows it from commit to commit.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Ownership.</b> Each {@link IndexView} keeps its commit readable until it is closed, also
 * after this reader has moved on or is closed.
 */
public final class FolderReader implements Closeable {

  private static final int OPEN_ATTEMPTS = 5;

  private final IndexLayout layout;
  private Opened opened;
  private boolean closed;

  private FolderReader(IndexLayout layout, Opened opened) {
    this.layout = layout;
    this.opened = opened;
  }

  static FolderReader open(IndexLayout layout) throws IOException {
    return new FolderReader(layout, openCurrent(layout));
  }

  /**
   * {@return the newest commit that was seen, to be closed by the caller}
   *
   * @throws IllegalStateException if this reader is closed
   */
  public synchronized IndexView acquire() {
    if (closed) {
      throw new IllegalStateException("index reader: expected an open one, got a closed one");
    }
    opened.view.reader().incRef();
    return opened.view;
  }

  /**
   * Moves on to the newest commit.
   *
   * @return whether there was a newer one
   * @throws IOException if it cannot be read; the one before stays in use
   */
  public synchronized boolean refresh() throws IOException {
    if (closed) {
      return false;
    }
    Optional<Integer> current = layout.current();
    if (current.isPresent() && current.get() != opened.number) {
      Opened newer = openCurrent(layout);
      opened.close();
      opened = newer;
      return true;
    }
    DirectoryReader newer;
    try {
      newer = DirectoryReader.openIfChanged(opened.view.reader());
    } catch (NoSuchFileException | FileNotFoundException e) {
      // A commit came and went while it was being opened: the next call finds the one after.
      return false;
    }
    if (newer == null) {
      return false;
    }
    IndexView before = opened.view;
    opened = new Opened(opened.number, opened.directory, view(newer));
    before.close();
    return true;
  }

  private IndexView view(DirectoryReader reader) throws IOException {
    return view(reader, layout);
  }

  private static IndexView view(DirectoryReader reader, IndexLayout layout) throws IOException {
    Map<String, String> data = reader.getIndexCommit().getUserData();
    long generation = reader.getIndexCommit().getGeneration();
    return new IndexView(
        new IndexSearcher(reader), CommitSettings.read(data, generation, layout.folder()));
  }

  private static Opened openCurrent(IndexLayout layout) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Optional<Integer> current = layout.current();
      if (current.isEmpty()) {
        throw new UnusableIndexException(
            "index folder: expected an index, got none; folder="
                + layout.folder()
                + "; run a sync first",
            null);
      }
      Directory directory = FSDirectory.open(layout.numbered(current.get()));
      try {
        DirectoryReader reader = DirectoryReader.open(directory);
        return new Opened(current.get(), directory, view(reader, layout));
      } catch (NoSuchFileException | FileNotFoundException e) {
        directory.close();
        if (attempt == OPEN_ATTEMPTS) {
          throw layout.unusable(e);
        }
      } catch (IOException e) {
        directory.close();
        throw layout.failure(e);
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      opened.close();
    }
  }

  /** A directory and the reader on it. */
  private record Opened(int number, Directory directory, IndexView view) implements Closeable {

    @Override
    public void close() throws IOException {
      view.close();
      directory.close();
    }
  }
}
