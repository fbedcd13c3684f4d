/**
 * Faiss as a vectors format of Lucene 9.12.
 *
 * <p>In come the documents and vectors that Lucene's index writer hands over at a flush or a merge;
 * out go plain Faiss files for each segment and field (the vectors, and in large segments an
 * accelerator), two small files of Lucene's kind beside them, and, at a search, the documents
 * nearest to a vector. {@link dev.faissjvm.lucene.FaissKnnVectorsFormat} specifies every byte;
 * {@link dev.faissjvm.lucene.FaissCodec} is the codec to set, {@link
 * dev.faissjvm.lucene.AcceleratorOptions} says when and how searches are accelerated.
 *
 * <p><b>Ownership.</b> Lucene owns the files and decides when they live and die; files are never
 * changed once written. A segment's reader owns its mappings and native memory and frees them when
 * Lucene closes it.
 *
 * <p><b>Threads.</b> Lucene's: a writer is used by one thread, a reader by many. Each search
 * computes on its caller's; adding to a graph may use more, by {@link
 * dev.faissjvm.lucene.AcceleratorOptions#threads}.
 *
 * <p><b>Errors.</b> Lucene's: {@code CorruptIndexException} and its kin name the file; an {@code
 * IllegalArgumentException} is the caller's.
 */
@NullMarked
package dev.faissjvm.lucene;

import org.jspecify.annotations.NullMarked;
