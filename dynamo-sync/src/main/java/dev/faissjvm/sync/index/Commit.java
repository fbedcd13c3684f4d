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
 */
public record Commit(
    long generation, Fence fence, String fingerprint, int dimension, DocumentMapping mapping) {}
