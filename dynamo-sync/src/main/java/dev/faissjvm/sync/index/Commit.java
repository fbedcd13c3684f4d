package dev.faissjvm.sync.index;

import dev.faissjvm.sync.document.DocumentMapping;

/**
 * What a durable commit says of itself. It travels with the commit, so that a search needs nothing
 * but the folder.
 *
 * @param generation the number of the commit, growing
 * @param fence the holder that made it
 * @param fingerprint what made the vectors: {@code Embedder.fingerprint()}
 * @param dimension components of each vector
 * @param mapping what was taken from the rows, with the names of their keys
 * @param eventsRead how far the table's events were read, or empty
 */
public record Commit(
    long generation,
    Fence fence,
    String fingerprint,
    int dimension,
    DocumentMapping mapping,
    String eventsRead) {

  /** Whether a writer makes the same vectors of the same parts of the rows. */
  boolean isOf(IndexHome.Writer writer) {
    return fingerprint.equals(writer.fingerprint())
        && dimension == writer.dimension()
        && mapping.settings().equals(writer.mapping().settings());
  }
}
