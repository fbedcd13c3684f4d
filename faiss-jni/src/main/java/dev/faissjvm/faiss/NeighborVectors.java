package dev.faissjvm.faiss;

import java.util.Arrays;

/**
 * Neighbours and what the index stores of them.
 *
 * <p><b>Shape.</b> One row of {@code dimension} floats for each id of {@link Neighbors#ids}, in the
 * same order, as near to the vector that was added as the codes allow; NaN where the id is {@code
 * -1}. The arrays are the caller's own.
 *
 * @param neighbors who
 * @param vectors row-major float32
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content below
public record NeighborVectors(Neighbors neighbors, float[] vectors) {

  @Override
  public boolean equals(Object other) {
    return other instanceof NeighborVectors that
        && neighbors.equals(that.neighbors)
        && Arrays.equals(vectors, that.vectors);
  }

  @Override
  public int hashCode() {
    return neighbors.hashCode();
  }

  @Override
  public String toString() {
    return "NeighborVectors[" + neighbors + ", vectors=" + Arrays.toString(vectors) + "]";
  }
}
