/**
 * What building and holding an index takes as tables grow, from unit costs.
 *
 * <p><b>Flow.</b> In: {@link dev.faissjvm.spark.plan.UnitCosts}, a number of rows, cores. Out: a
 * {@link dev.faissjvm.spark.plan.Simulation}'s times, and the table of the plan.
 *
 * <p><b>Ownership, threads.</b> Values only. <b>Errors.</b> {@link IllegalArgumentException} for
 * numbers that make no sense.
 */
@NullMarked
package dev.faissjvm.spark.plan;

import org.jspecify.annotations.NullMarked;
