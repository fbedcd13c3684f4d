/**
 * Builds the index of a whole table on Spark, where one machine would take too long.
 *
 * <p><b>Flow.</b> In: a {@link dev.faissjvm.spark.Job}, a Spark context, an index folder. Each
 * partition is a segment of the table: an executor reads it, embeds it and writes it as a small
 * index, the same that a sync would write, to a place that all machines reach. Out: {@link
 * dev.faissjvm.spark.Backfill} joins these shards, segment by segment, to one index and commits it
 * as a sync does. Or an executor writes its rows to an index elsewhere, which the driver holds
 * open. Whatever was pending then is still pending: the next sync clears what the index has as it
 * is, without a model, and embeds what has changed since.
 *
 * <p><b>Ownership.</b> The driver holds the table's lease from before the first row is read until
 * the index is committed, so nobody else can settle a row that the job has read as it was before.
 * An executor's model belongs to its process.
 *
 * <p><b>Threads.</b> One job at a time for a table and a work place.
 *
 * <p><b>Errors.</b> {@link dev.faissjvm.spark.BackfillException} by what to do next; {@link
 * dev.faissjvm.sync.change.SyncException} and {@link java.io.IOException} where they arise on the
 * driver. After any, run the same job again: shards that are done are taken as they are.
 */
@NullMarked
package dev.faissjvm.spark;

import org.jspecify.annotations.NullMarked;
