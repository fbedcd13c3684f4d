/**
 * A row changed: which one, and what it says now.
 *
 * <p><b>Flow.</b> In: a table of any make. Out: {@link dev.faissjvm.sync.change.Row}s read
 * consistently, and a way to {@linkplain dev.faissjvm.sync.change.PendingRows#clear settle} each
 * one after it is durably indexed. {@link dev.faissjvm.sync.change.PendingRows} and {@link
 * dev.faissjvm.sync.change.TableRows} are the ports; the adapters live in {@code
 * dev.faissjvm.sync.aws}.
 *
 * <p><b>Ownership.</b> Values are immutable once made. A port is closed by whoever opened it.
 *
 * <p><b>Threads.</b> Values may be shared freely; ports say what they allow.
 *
 * <p><b>Errors.</b> Every failure that a caller can act on is a {@link
 * dev.faissjvm.sync.change.SyncException}, one kind for each thing to do next.
 */
@NullMarked
package dev.faissjvm.sync.change;

import org.jspecify.annotations.NullMarked;
