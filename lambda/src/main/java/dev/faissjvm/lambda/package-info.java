/**
 * The two functions: one keeps an index fresh, one answers searches from it.
 *
 * <p><b>Flow.</b> {@link dev.faissjvm.lambda.IndexMaker} is called by a schedule or by the table's
 * stream; it takes pending rows into the index on shared storage, within its time. {@link
 * dev.faissjvm.lambda.SearchFunction} is called by an HTTP API and answers from the newest commit:
 * on the same storage, or on its own disk, where the maker publishes snapshots in S3. The first to
 * need the model fetches it from S3 to the storage. {@link dev.faissjvm.lambda.Settings} says what
 * the environment must tell them.
 *
 * <p><b>Ownership.</b> A function's process owns its client, model and open index until it is ended
 * from outside; nothing is handed out.
 *
 * <p><b>Threads.</b> Lambda gives a process one event at a time.
 *
 * <p><b>Errors.</b> The maker fails as {@code dev.faissjvm.sync.SyncRun} does, and the caller tries
 * again: nothing is lost. The search function answers every failure as HTTP.
 */
@NullMarked
package dev.faissjvm.lambda;

import org.jspecify.annotations.NullMarked;
