package dev.faissjvm.faiss;

/** What one may ask of an index; {@link VectorIndex#supports} tells which its kind can do. */
public enum Operation {
  /** Searching for the nearest stored vectors. */
  SEARCH,
  /** Searching, and getting back what was found: {@link VectorIndex#searchAndReconstruct}. */
  SEARCH_AND_RECONSTRUCT,
  /** Searching for ids alone: {@link VectorIndex#assign}. */
  ASSIGN,
  /** Adding vectors under positions as ids. */
  ADD,
  /** Adding vectors under the caller's ids. */
  ADD_WITH_IDS,
  /** Removing by id. */
  REMOVE,
  /** Removing every vector and keeping what was trained. */
  RESET,
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
