/**
 * A query to its hits.
 *
 * <p><b>Flow.</b> In: a {@link dev.faissjvm.sync.search.SearchRequest}. Out: {@link
 * dev.faissjvm.sync.search.SearchHit}s, best first, from the newest commit that this process has
 * seen.
 *
 * <p><b>Ownership.</b> A {@link dev.faissjvm.sync.search.SearchService} owns its readers; the
 * embedder stays the caller's.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} for a request that makes no sense, before
 * anything is searched; {@link dev.faissjvm.sync.change.UnusableIndexException} for an index that
 * cannot be opened or was made by another model.
 */
@NullMarked
package dev.faissjvm.sync.search;

import org.jspecify.annotations.NullMarked;
