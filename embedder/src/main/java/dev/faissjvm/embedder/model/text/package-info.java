/** Text to token ids, and token ids to packed batches. */
@NullMarked
package dev.faissjvm.embedder.model.text;

import org.jspecify.annotations.NullMarked;
