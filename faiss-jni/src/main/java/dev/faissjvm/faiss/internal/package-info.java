/**
 * The inside of faiss-jni, not API: loading, ownership, the crossing into native code and what is
 * refused before it. Only this package and the public one above it name {@code raw}.
 */
@NullMarked
package dev.faissjvm.faiss.internal;

import org.jspecify.annotations.NullMarked;
