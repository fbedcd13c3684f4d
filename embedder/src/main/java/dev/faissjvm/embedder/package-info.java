/**
 * Text and pictures to vectors. A sentence-transformers folder and a text go in, a row of float32
 * numbers comes out: tokens, one vector a token by the encoder, pooled to one, passed through the
 * modules behind. A picture goes the same way in patches.
 *
 * <p>{@link dev.faissjvm.embedder.Embedder} is the port that other modules name; {@link
 * dev.faissjvm.embedder.TextEmbedder} and {@link dev.faissjvm.embedder.ImageEmbedder} are the local
 * models behind it. An embedder owns native memory and worker threads and gives both back in {@code
 * close()}; the vectors are the caller's.
 *
 * <p>Everything public is safe for use by many threads, unless it says otherwise. A model that
 * cannot be used is an {@link dev.faissjvm.embedder.EmbedderException}; a caller's mistake is a JDK
 * exception.
 */
@NullMarked
package dev.faissjvm.embedder;

import org.jspecify.annotations.NullMarked;
