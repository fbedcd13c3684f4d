/**
 * Texts through an encoder by kernels of our own, in src/main/cpp: a layer is a handful of loops
 * over weights in the order in which they are read, and nothing between them. One short text takes
 * a third to a quarter of the time that a library of general operators needs; with AMX lists are
 * faster, too.
 */
@org.jspecify.annotations.NullMarked
package dev.faissjvm.embedder.fused;
