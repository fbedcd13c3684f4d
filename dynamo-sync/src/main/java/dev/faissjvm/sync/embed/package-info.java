/**
 * A document's vectors.
 *
 * <p><b>Flow.</b> In: {@link dev.faissjvm.sync.document.Document}s. Out: one unit vector for each
 * passage, from the {@link dev.faissjvm.embedder.Embedder} that the caller gave. Vectors are
 * normalised here, so that a dot product is a cosine whatever the model does.
 *
 * <p><b>Ownership.</b> The embedder stays the caller's.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Errors.</b> Those of the embedder; {@link IllegalStateException} for a vector of another
 * length than it promised, or without a direction.
 */
@NullMarked
package dev.faissjvm.sync.embed;

import org.jspecify.annotations.NullMarked;
