/**
 * Documents into the index, durably and by key.
 *
 * <p><b>Flow.</b> In: documents with their vectors, parked rows, deletions. Out: a {@link
 * dev.faissjvm.sync.index.Commit}, after which what went in survives a crash. {@link
 * dev.faissjvm.sync.index.IndexHome} and {@link dev.faissjvm.sync.index.IndexStore} are the ports;
 * {@link dev.faissjvm.sync.index.IndexFolder} is the implementation on a Lucene index in a folder,
 * and its Javadoc is the format. {@link dev.faissjvm.sync.index.JoinedIndex} joins whole indexes to
 * a new one beside it.
 *
 * <p><b>Ownership.</b> A store belongs to the run that opened it; there is one at a time, guarded
 * by a {@link dev.faissjvm.sync.index.Lease} and by Lucene's lock on the folder.
 *
 * <p><b>Threads.</b> A store may be used by several threads; commits run alone.
 *
 * <p><b>Errors.</b> {@link java.io.IOException} from the file system, {@link
 * dev.faissjvm.sync.change.FencedException} once another writer has taken over, {@link
 * dev.faissjvm.sync.change.UnusableIndexException} for what cannot be opened.
 */
@NullMarked
package dev.faissjvm.sync.index;

import org.jspecify.annotations.NullMarked;
