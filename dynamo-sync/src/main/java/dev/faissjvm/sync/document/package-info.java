/**
 * A row's text, and what else of it is searched or shown.
 *
 * <p><b>Flow.</b> In: a {@link dev.faissjvm.sync.change.Row}. Out: a {@link
 * dev.faissjvm.sync.document.Document}, or the reason why the row cannot be one. What is taken from
 * a row is said once, by a {@link dev.faissjvm.sync.document.DocumentMapping}, which each index
 * keeps beside its data.
 *
 * <p><b>Ownership and threads.</b> Everything here is an immutable value.
 *
 * <p><b>Errors.</b> {@link dev.faissjvm.sync.change.BadRowException} for a row without usable text.
 */
@NullMarked
package dev.faissjvm.sync.document;

import org.jspecify.annotations.NullMarked;
