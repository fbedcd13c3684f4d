/**
 * What is counted and timed, and the forms in which others read it.
 *
 * <p><b>Flow.</b> In: numbers, from whoever counts, through the one method of {@link
 * dev.faissjvm.sync.metrics.Metrics}. Out: {@link dev.faissjvm.sync.metrics.MeterBoard} as text for
 * Prometheus or as a line of the log that CloudWatch reads. Every package of this module may name
 * this one, and it names none.
 *
 * <p><b>Threads.</b> Everything is safe for use by many threads.
 *
 * <p><b>Errors.</b> Counting never fails.
 */
@NullMarked
package dev.faissjvm.sync.metrics;

import org.jspecify.annotations.NullMarked;
