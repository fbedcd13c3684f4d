/** Text to vector. */
@NullMarked
package dev.faissjvm.embedder;

import org.jspecify.annotations.NullMarked;
