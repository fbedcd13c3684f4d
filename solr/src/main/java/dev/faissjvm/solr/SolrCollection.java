package dev.faissjvm.solr;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.params.SolrParams;

/**
 * What is asked of Solr. Every call may be repeated: what took effect already takes effect no
 * second time.
 *
 * <p><b>Errors.</b> A {@link dev.faissjvm.sync.change.SyncException} by what to do next.
 */
interface SolrCollection {

  /**
   * Returns documents in their newest state, committed or not; those that are missing are left out.
   */
  List<SolrDocument> get(Collection<String> ids, String... fields) throws IOException;

  /** Puts documents in the place of those that have the same id and a smaller order. */
  void put(List<SolrInputDocument> documents) throws IOException;

  /** Puts a note that it is gone in the place of each document that has a smaller order. */
  void delete(List<String> ids, long order) throws IOException;

  /**
   * Puts one document, on condition that the one before it still has a version.
   *
   * @param version the version; -1 if there must be none
   * @return whether it was so
   */
  boolean putIf(SolrInputDocument document, long version) throws IOException;

  /** Makes everything before durable and visible on every shard. */
  void commit() throws IOException;

  /** Searches what was visible at the last commit. */
  QueryResponse query(SolrParams params) throws IOException;

  /** Takes away the notes of documents that are gone for longer than this; the age in ms. */
  void forget(long ageMillis) throws IOException;

  /** Refuses a collection of another schema, dimension or codec. */
  void check(int dimension) throws IOException;
}
