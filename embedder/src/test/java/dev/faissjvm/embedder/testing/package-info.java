/** What several tests share. */
@NullMarked
package dev.faissjvm.embedder.testing;

import org.jspecify.annotations.NullMarked;
