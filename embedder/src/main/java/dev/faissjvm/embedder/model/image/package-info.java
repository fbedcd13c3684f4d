/** Encoded pictures to the numbers that an encoder wants. */
@NullMarked
package dev.faissjvm.embedder.model.image;

import org.jspecify.annotations.NullMarked;
