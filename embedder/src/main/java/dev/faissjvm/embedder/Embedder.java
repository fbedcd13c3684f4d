package dev.faissjvm.embedder;

import java.util.List;

/**
 * Turns inputs into vectors that lie close together when the inputs mean the same. This is the port
 * the rest of a program names; a local model, a hosted one or another modality stands behind it.
 *
 * <p><b>Shape.</b> Every vector has {@link #dimension()} components and its own array.
 *
 * <p><b>Units.</b> Rows are unit vectors wherever the model says so, so that a dot product is a
 * cosine similarity. Vectors are comparable only if they come from equal {@link #fingerprint()}s.
 *
 * <p><b>Threads.</b> Safe for use by many threads at once; share one instance.
 *
 * <p><b>Ownership.</b> An embedder may own native memory and worker threads; {@link #close()} waits
 * for running calls and frees them. Arrays returned belong to the caller.
 *
 * <p><b>Errors.</b> {@link NullPointerException} for a null input, {@link IllegalStateException}
 * after {@code close()}.
 *
 * @param <T> what is embedded: {@link String} for text
 */
public interface Embedder<T> extends AutoCloseable {

  /**
   * Returns the number of components of every vector.
   *
   * @return at least 1
   */
  int dimension();

  /**
   * Names what made the vectors: contents of the model, class of precision, settings that change
   * the outcome. Vectors of equal fingerprints may be compared with each other, others may not.
   *
   * @return a short printable text that stays the same from one run to the next
   */
  String fingerprint();

  /**
   * Returns the vector of one input, computed on the caller's thread.
   *
   * @param input what to embed
   * @return {@link #dimension()} components
   * @throws IllegalStateException if the embedder is closed
   */
  float[] embed(T input);

  /**
   * Returns the vectors of many inputs, in their order. This is the fast way for documents: an
   * implementation batches as suits it.
   *
   * @param inputs what to embed; may be empty
   * @return one row of {@link #dimension()} components an input
   * @throws IllegalStateException if the embedder is closed
   */
  float[][] embed(List<? extends T> inputs);

  /**
   * Returns the vector of a query, for comparison with vectors of documents. Differs from {@link
   * #embed(Object)} only for models trained with an instruction in front of queries.
   *
   * @param query what is looked for
   * @return {@link #dimension()} components
   * @throws IllegalStateException if the embedder is closed
   */
  default float[] embedQuery(T query) {
    return embed(query);
  }

  /** Waits for running calls, then frees what the embedder owns. A second call does nothing. */
  @Override
  void close();
}
