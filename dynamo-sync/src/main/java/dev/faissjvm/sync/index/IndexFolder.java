package dev.faissjvm.sync.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** An index in a folder. */
public final class IndexFolder implements IndexHome {

  private IndexFolder() {}

  /**
   * Names a folder. Nothing is read or made yet.
   *
   * @param folder the folder
   * @return a folder
   */
  public static IndexFolder of(Path folder) {
    return new IndexFolder();
  }

  @Override
  public Optional<Commit> lastCommit() throws IOException {
    throw unsupported();
  }

  @Override
  public IndexStore open(Writer writer) throws IOException {
    throw unsupported();
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException();
  }
}
