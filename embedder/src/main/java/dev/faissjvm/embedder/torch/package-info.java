/** The encoder in libtorch. No other package names libtorch or JavaCPP. */
@NullMarked
package dev.faissjvm.embedder.torch;

import org.jspecify.annotations.NullMarked;
