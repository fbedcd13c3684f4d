package dev.faissjvm.sync;

import dev.faissjvm.embedder.Embedder;
import dev.faissjvm.sync.change.TableRows;
import dev.faissjvm.sync.document.DocumentMapping;
import java.io.IOException;
import java.nio.file.Path;

/** Compares a table and its index. */
@SuppressWarnings("DoNotCallSuggester")
public final class Verifier {

  private Verifier() {}

  /**
   * Compares by hashes: every row with what the index says it was made of.
   *
   * @param rows the table
   * @param mapping what is taken from a row
   * @param folder the index folder
   * @return Compares by hashes
   */
  public static Verifier byHash(TableRows rows, DocumentMapping mapping, Path folder) {
    return new Verifier();
  }

  /**
   * Compares by hashes, and every vector with a new one of the same text.
   *
   * @param rows the table
   * @param mapping what is taken from a row
   * @param folder the index folder
   * @param embedder the model that the index was made with
   * @return Compares by hashes, and every vector with a new one of the same text
   */
  public static Verifier byVector(
      TableRows rows, DocumentMapping mapping, Path folder, Embedder<String> embedder) {
    return new Verifier();
  }

  /**
   * Compares.
   *
   * @param progress hears how many rows were compared; the total is not known
   * @return Compares
   * @throws IOException if the index cannot be read
   */
  public VerifyReport verify(SyncProgress progress) throws IOException {
    throw unsupported();
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException();
  }
}
