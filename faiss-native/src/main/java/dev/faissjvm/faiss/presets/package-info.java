/**
 * What JavaCPP needs to know to generate {@code dev.faissjvm.faiss.raw} from Faiss's headers, and
 * which of the shipped SIMD variants of libfaiss this processor gets.
 *
 * <p>Flows in: C++ headers at build time, the processor's features at load time. Flows out: the
 * generated peers and two glue libraries. Owns nothing. Loading happens in one thread, driven by
 * faiss-jni. A variant that cannot be had is an {@link java.lang.UnsatisfiedLinkError} that names
 * it.
 */
@NullMarked
package dev.faissjvm.faiss.presets;

import org.jspecify.annotations.NullMarked;
