/**
 * Other formats to a model folder, and where the default model comes from. Files are written to a
 * temporary folder and renamed, so that a folder is there whole or not at all.
 */
@NullMarked
package dev.faissjvm.embedder.convert;

import org.jspecify.annotations.NullMarked;
