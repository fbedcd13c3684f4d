package dev.faissjvm.sync.index;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the index has under a key.
 *
 * @param textHash the hash of the text that was embedded; empty for a parked row
 * @param rowHash the hash of everything that was taken from the row
 * @param parkedReason why the row is parked, or null for a row that can be found
 * @param documents how many Lucene documents stand under the key
 * @param vectors reads the row's vectors
 */
public record IndexedRow(
    String textHash,
    String rowHash,
    @Nullable String parkedReason,
    int documents,
    VectorReader vectors) {

  /** Reads the vectors of a row. */
  @FunctionalInterface
  public interface VectorReader {

    /**
     * Returns a copy of each vector, in the order of the passages.
     *
     * @return a copy of each vector, in the order of the passages
     * @throws IOException if the index cannot be read
     */
    List<float[]> read() throws IOException;
  }
}
