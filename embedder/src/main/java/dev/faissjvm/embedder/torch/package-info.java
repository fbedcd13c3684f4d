/** The encoder in libtorch. No other package names libtorch. */
@NullMarked
package dev.faissjvm.embedder.torch;

import org.jspecify.annotations.NullMarked;
