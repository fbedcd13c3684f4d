/**
 * Vectors in files that other tools read and write: {@code .fvecs}, {@code .npy} and raw float32.
 *
 * <p><b>In and out.</b> Row-major float32, {@code n * dimension} of them, read and written in
 * batches, so that a file may be larger than the heap. <b>Ownership.</b> A reader or writer holds
 * one open file until it is closed; arrays passed in are not retained. <b>Threads.</b> One thread
 * each. <b>Errors.</b> A file that is not what its name says is an {@link java.io.IOException} that
 * says what was expected and what was found.
 */
@NullMarked
package dev.faissjvm.cli.vectors;

import org.jspecify.annotations.NullMarked;
