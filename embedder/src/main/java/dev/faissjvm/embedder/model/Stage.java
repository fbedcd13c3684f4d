package dev.faissjvm.embedder.model;

/** A module behind pooling: a vector to a vector. */
public sealed interface Stage permits Dense, LayerNorm, Normalize {

  /**
   * Returns the number of components that come out.
   *
   * @param in the number that go in
   * @return at least 1
   */
  int dimension(int in);

  /**
   * Computes the module.
   *
   * @param vector may be changed
   * @return the result, perhaps the same array
   */
  float[] apply(float[] vector);
}
