/**
 * A table's index on SolrCloud: the same codec, the same rows, the same answers, on many machines.
 *
 * <p><b>Flow.</b> In: what a sync writes through {@link dev.faissjvm.sync.index.IndexHome}, and
 * questions. Out: documents of a Solr collection, and hits. {@link
 * dev.faissjvm.solr.FaissCodecFactory} runs inside Solr; everything else is a client of it.
 *
 * <p><b>Ownership.</b> The collection is Solr's: it is created once, by {@link
 * dev.faissjvm.solr.SolrConfigSet}, and outlives everything here. Clients of Solr are closed by
 * whoever opened them.
 *
 * <p><b>Threads.</b> As the ports say: a home and a search are safe for many threads, a store
 * belongs to a run.
 *
 * <p><b>Errors.</b> {@link dev.faissjvm.sync.change.TransientSyncException} where Solr does not
 * answer, {@link dev.faissjvm.sync.change.UnusableIndexException} for a collection of another shape
 * or model, {@link dev.faissjvm.sync.change.FencedException} once another writer has taken over.
 */
@NullMarked
package dev.faissjvm.solr;

import org.jspecify.annotations.NullMarked;
