/**
 * Measurements beside the peers. A {@code Group} makes its cases; {@code Rounds} gives each {@code
 * Contestant} its turn; each becomes a {@code Result}; a run is a {@code ResultFile} in {@code
 * benchmarks/results}, and {@code Report} makes tables of it.
 *
 * <p><b>Fair.</b> Same files, same queries, same number of threads, in one run, interleaved; a peer
 * in another process measures its own work. Beside a time stands what it is worth: recall, cosine,
 * the share of equal ids.
 */
@NullMarked
package dev.faissjvm.bench;

import org.jspecify.annotations.NullMarked;
