/**
 * Commits to other machines, as snapshots.
 *
 * <p><b>Flow.</b> In: the last commit of an {@link dev.faissjvm.sync.index.IndexFolder}. Out, on
 * another machine: the same index in a local folder, ready to be searched. A {@link
 * dev.faissjvm.sync.publish.Publisher} puts what a {@link dev.faissjvm.sync.publish.SnapshotStore}
 * does not have yet and then a numbered {@link dev.faissjvm.sync.publish.Manifest}; a {@link
 * dev.faissjvm.sync.publish.SnapshotReader} brings the newest whole one.
 *
 * <pre>
 *   files/SHA256             a file of an index, named by its content: never changed
 *   manifest-0000000042      a snapshot: create-only, the greatest number is the newest
 * </pre>
 *
 * <p><b>Ownership.</b> Stores and folders are the caller's; a folder of snapshots belongs to one
 * reader.
 *
 * <p><b>Threads.</b> Stores are safe for use by many threads; publishers and readers run one call
 * at a time.
 *
 * <p><b>Errors.</b> {@link dev.faissjvm.sync.change.FencedException} for a publisher that has been
 * replaced, {@link dev.faissjvm.sync.change.CorruptSnapshotException} where no snapshot is whole,
 * {@link java.io.IOException} from the file system.
 */
@NullMarked
package dev.faissjvm.sync.publish;

import org.jspecify.annotations.NullMarked;
