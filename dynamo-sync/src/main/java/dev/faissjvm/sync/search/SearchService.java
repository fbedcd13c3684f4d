package dev.faissjvm.sync.search;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.document.DocumentMapping;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** Answers requests from an index folder. */
@SuppressWarnings("DoNotCallSuggester")
public final class SearchService implements Closeable {

  private SearchService() {}

  /**
   * Opens an index folder for searching.
   *
   * @param folder the folder that a sync fills
   * @param embedder the model that the index was made with
   * @return an index folder for searching
   * @throws IOException if the folder cannot be read
   */
  public static SearchService open(Path folder, Embedder<String> embedder) throws IOException {
    throw unsupported();
  }

  /**
   * Searches the newest commit.
   *
   * @param request what is looked for
   * @return Searches the newest commit
   * @throws IOException if the index cannot be read
   */
  public SearchResult search(SearchRequest request) throws IOException {
    throw unsupported();
  }

  /** {@return what the searched commit took from the rows} */
  public DocumentMapping mapping() {
    throw unsupported();
  }

  @Override
  public void close() throws IOException {}

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException();
  }
}
