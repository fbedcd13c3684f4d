/**
 * JMH benchmarks of the hot paths: what a call costs, and what it allocates ({@code -prof gc}).
 *
 * <p>Comparisons with peers are one package up; these find out where the time of our own code goes.
 */
@NullMarked
package dev.faissjvm.bench.jmh;

import org.jspecify.annotations.NullMarked;
