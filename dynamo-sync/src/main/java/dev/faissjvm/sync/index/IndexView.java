package dev.faissjvm.sync.index;

import java.io.Closeable;
import java.io.IOException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.search.IndexSearcher;

/**
 * One commit, held open for a search. Releasing it is the caller's duty.
 *
 * @param searcher searches it
 * @param commit what it says of itself
 */
public record IndexView(IndexSearcher searcher, Commit commit) implements Closeable {

  @Override
  public void close() throws IOException {
    reader().decRef();
  }

  DirectoryReader reader() {
    return (DirectoryReader) searcher.getIndexReader();
  }
}
