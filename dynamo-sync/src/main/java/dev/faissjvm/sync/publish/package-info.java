/**
 * Commits to other machines, as immutable snapshots.
 *
 * <p><b>Flow.</b> In: a commit of the local index. Out: files that never change, and a numbered
 * manifest that can be created once. A reader opens the newest whole one.
 *
 * <p><b>Ownership.</b> A store of snapshots owns what it published until retention removes it.
 *
 * <p><b>Threads.</b> Safe for use by many threads; one publisher at a time wins each number.
 *
 * <p><b>Errors.</b> {@link dev.faissjvm.sync.change.FencedException} for a number that another
 * writer took, {@link dev.faissjvm.sync.change.CorruptSnapshotException} for files that are not
 * what the manifest says.
 */
@NullMarked
package dev.faissjvm.sync.publish;

import org.jspecify.annotations.NullMarked;
