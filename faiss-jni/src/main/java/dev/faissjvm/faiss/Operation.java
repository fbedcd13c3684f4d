package dev.faissjvm.faiss;

/** What one may ask of an index; {@link VectorIndex#supports} tells which its kind can do. */
public enum Operation {
  /** Adding vectors under positions as ids. */
  ADD,
  /** Adding vectors under the caller's ids. */
  ADD_WITH_IDS,
  /** Removing by id. */
  REMOVE,
  /** Getting a stored vector back, as near as the codes allow. */
  RECONSTRUCT,
  /** Everything within a radius. */
  RANGE_SEARCH,
  /** Taking over another index's vectors. */
  MERGE,
  /** Searching under an {@link IdFilter}. */
  FILTER,
  /** Copying the whole index. */
  COPY,
  /** Using the index as a codec: {@link VectorIndex#encode} and {@link VectorIndex#decode}. */
  ENCODE,
  /** Replacing the vectors of ids. */
  UPSERT,
  /** Copying some vectors into another index of the same training. */
  COPY_SUBSET,
  /** Looking into the lists of an IVF index: {@link VectorIndex#lists}. */
  LISTS
}
