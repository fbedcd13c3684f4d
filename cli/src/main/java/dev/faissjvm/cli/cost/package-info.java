/**
 * What searching a table costs a month, here and elsewhere.
 *
 * <p><b>In.</b> A {@link dev.faissjvm.cli.cost.Load} and dated {@link
 * dev.faissjvm.cli.cost.Prices}. <b>Out.</b> A {@link dev.faissjvm.cli.cost.Estimate}.
 * <b>Ownership, threads.</b> Values only. <b>Errors.</b> {@link IllegalArgumentException} for
 * numbers that make no sense.
 */
@NullMarked
package dev.faissjvm.cli.cost;

import org.jspecify.annotations.NullMarked;
