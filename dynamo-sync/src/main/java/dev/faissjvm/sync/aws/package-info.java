/**
 * The adapters: the ports of this module on DynamoDB and S3.
 *
 * <p><b>Flow.</b> {@link dev.faissjvm.sync.aws.ContentTable} is where a program starts: it writes
 * rows, and hands out the ports that a sync needs. Nothing else in the module names this package.
 *
 * <p><b>Ownership.</b> Clients are the caller's and stay open.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Errors.</b> One function, {@code AwsFailures}, turns every exception of the SDK into a
 * {@link dev.faissjvm.sync.change.SyncException}.
 */
@NullMarked
package dev.faissjvm.sync.aws;

import org.jspecify.annotations.NullMarked;
