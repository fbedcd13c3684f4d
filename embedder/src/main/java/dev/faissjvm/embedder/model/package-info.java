/**
 * The model folder: what its files say, checked. Weights are mapped, never read whole. Everything
 * here is immutable and plain Java; a file that lies is an {@link
 * dev.faissjvm.embedder.EmbedderException} naming file and field.
 */
@NullMarked
package dev.faissjvm.embedder.model;

import org.jspecify.annotations.NullMarked;
