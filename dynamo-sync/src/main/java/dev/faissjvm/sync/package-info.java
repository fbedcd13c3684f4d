/**
 * One pass from changed rows to a durable index, and the proof that both agree.
 *
 * <p><b>Flow.</b> {@link dev.faissjvm.sync.SyncRun} reads pending rows, embeds what is new,
 * commits, and only then clears the pending marks, each on condition that the row is still the one
 * that was read. {@link dev.faissjvm.sync.Verifier} compares table and index. The packages below
 * are the stages of that way; their alphabetical order is its order, and a stage names only earlier
 * ones.
 *
 * <p><b>Ownership.</b> Ports and embedder are the caller's. A run opens and closes the index
 * writer.
 *
 * <p><b>Threads.</b> A run uses a few threads of its own and ends them.
 *
 * <p><b>Errors.</b> {@link dev.faissjvm.sync.change.SyncException} by what to do next, {@link
 * java.io.IOException} from the file system. Whatever fails, nothing is lost: what was not settled
 * is still pending.
 */
@NullMarked
package dev.faissjvm.sync;

import org.jspecify.annotations.NullMarked;
