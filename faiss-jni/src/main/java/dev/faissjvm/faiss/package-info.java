/**
 * Faiss for Java: real indexes, their files byte for byte, in a process that no call and no file
 * can end.
 *
 * <p>Flows in: {@code float[]} rows, ids, files as {@code faiss.write_index} writes them. Flows
 * out: neighbours, on the Java heap or in the caller's buffers, and the same files.
 *
 * <p>Ownership: an index owns native memory that the Java heap does not show; close it. Results and
 * arrays are the caller's. Threads: everything here may be shared by threads; searches run
 * together, changes alone, {@code close()} waits. One OpenMP thread a call unless asked for more;
 * OpenBLAS runs on one thread in the whole process.
 *
 * <p>Errors: a caller's mistake is a JDK exception thrown before Faiss is called, and leaves the
 * index as it was; a failing file system is an {@link java.io.IOException}; everything else is a
 * {@link dev.faissjvm.faiss.FaissException}.
 *
 * <pre>{@code
 * try (VectorIndex index = VectorIndex.create("IVF16,Flat", 384, Metric.L2)) {
 *   index.train(vectors); // float[n * 384]
 *   index.add(ids, vectors); // long[n]
 *   index.write(file); // Python's faiss.read_index reads it
 * }
 * try (VectorIndex index = VectorIndex.read(file)) {
 *   SearchOptions options = SearchOptions.parse("nprobe=4").with(IdFilter.range(0, 1_000));
 *   Neighbors hits = index.search(query, 10, options);
 *   println(hits.id(0, 0) + " at " + hits.distance(0, 0));
 * }
 * }</pre>
 */
@NullMarked
package dev.faissjvm.faiss;

import org.jspecify.annotations.NullMarked;
