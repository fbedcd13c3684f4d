package dev.faissjvm.solr;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.index.IndexFields;
import dev.faissjvm.sync.index.IndexedRow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.solr.client.solrj.response.QueryResponse;
import org.apache.solr.common.SolrDocument;
import org.apache.solr.common.SolrDocumentList;
import org.apache.solr.common.SolrInputDocument;
import org.apache.solr.common.params.CursorMarkParams;
import org.apache.solr.common.params.SolrParams;
import org.apache.solr.common.util.NamedList;

/**
 * A collection in memory that does what the config set makes Solr do: a greater order wins, a
 * deleted row leaves a note, the newest state is seen before it is durable, and nothing can be
 * taken back.
 */
final class FakeSolr implements SolrCollection {

  private final Map<String, SolrInputDocument> newest = new TreeMap<>();
  private Map<String, SolrInputDocument> durable = Map.of();
  private long clock;
  private boolean ignoresOrders;

  /** From now on the last request wins, as in a collection of another config set. */
  synchronized void ignoreOrders() {
    ignoresOrders = true;
  }

  /** Every machine stops at once: what was not committed is gone. */
  synchronized void losePower() {
    newest.clear();
    newest.putAll(durable);
  }

  /** Returns the rows that are durable. */
  synchronized Map<RowKey, IndexedRow> rows() {
    Map<RowKey, IndexedRow> rows = new HashMap<>();
    for (SolrInputDocument document : durable.values()) {
      Object hash = document.getFieldValue(SolrFields.HASH);
      if (hash != null) {
        String[] both = hash.toString().split(":", -1);
        Object reason = document.getFieldValue(SolrFields.REASON);
        int documents = ((Number) document.getFieldValue(SolrFields.PASSAGES)).intValue();
        rows.put(
            RowKey.parse((String) document.getFieldValue(IndexFields.KEY)),
            new IndexedRow(
                both[0], both[1], reason == null ? null : reason.toString(), documents, List::of));
      }
    }
    return rows;
  }

  @Override
  public synchronized List<SolrDocument> get(Collection<String> ids, String... fields) {
    List<SolrDocument> found = new ArrayList<>();
    for (String id : ids) {
      SolrInputDocument document = newest.get(id);
      if (document != null) {
        found.add(only(document, fields));
      }
    }
    return found;
  }

  private static SolrDocument only(SolrInputDocument document, String... fields) {
    SolrDocument some = new SolrDocument();
    for (String field : fields) {
      if (document.getFieldValue(field) != null) {
        some.setField(field, document.getField(field).getValue());
      }
    }
    return some;
  }

  @Override
  public synchronized void put(List<SolrInputDocument> documents) {
    for (SolrInputDocument document : documents) {
      String id = (String) document.getFieldValue(SolrFields.ID);
      SolrInputDocument before = newest.get(id);
      if (before == null || ignoresOrders || order(before) < order(document)) {
        document.setField(SolrFields.VERSION, ++clock);
        newest.put(id, document);
      }
    }
  }

  private static long order(SolrInputDocument document) {
    return ((Number) document.getFieldValue(SolrFields.ORDER)).longValue();
  }

  @Override
  public synchronized void delete(List<String> ids, long order) {
    for (String id : ids) {
      SolrInputDocument note = new SolrInputDocument();
      note.setField(SolrFields.ID, id);
      note.setField(SolrFields.ORDER, order);
      note.setField(SolrFields.KIND, SolrFields.GONE);
      put(List.of(note));
    }
  }

  @Override
  public synchronized boolean putIf(SolrInputDocument document, long version) {
    String id = (String) document.getFieldValue(SolrFields.ID);
    SolrInputDocument before = newest.get(id);
    long own =
        before == null ? -1 : ((Number) before.getFieldValue(SolrFields.VERSION)).longValue();
    if (own != version) {
      return false;
    }
    document.setField(SolrFields.VERSION, ++clock);
    newest.put(id, document);
    return true;
  }

  @Override
  public synchronized void commit() {
    durable = Map.copyOf(newest);
  }

  /** Answers what is asked of a collection: the vectors of a row, and the rows of old orders. */
  @Override
  public synchronized QueryResponse query(SolrParams params) {
    return params.get(CursorMarkParams.CURSOR_MARK_PARAM) == null
        ? vectors(params)
        : rowsBefore(params);
  }

  /** Everything is the first page, and the second one is empty. */
  private QueryResponse rowsBefore(SolrParams params) {
    long order = Long.parseLong(params.get("fq").replaceAll("\\D", ""));
    SolrDocumentList found = new SolrDocumentList();
    if (params.get(CursorMarkParams.CURSOR_MARK_PARAM).equals(CursorMarkParams.CURSOR_MARK_START)) {
      for (SolrInputDocument document : durable.values()) {
        boolean row = document.getFieldValue(SolrFields.HASH) != null;
        if (row && order(document) < order) {
          found.add(only(document, SolrFields.ID));
        }
      }
    }
    return response(found);
  }

  private QueryResponse vectors(SolrParams params) {
    SolrDocumentList found = new SolrDocumentList();
    for (SolrInputDocument document : durable.values()) {
      if (params.get("key").equals(document.getFieldValue(IndexFields.KEY))) {
        found.add(only(document, IndexFields.VECTOR, SolrFields.HASH));
        if (document.getChildDocuments() != null) {
          document.getChildDocuments().forEach(child -> found.add(only(child, IndexFields.VECTOR)));
        }
      }
    }
    return response(found);
  }

  private static QueryResponse response(SolrDocumentList found) {
    NamedList<Object> answer = new NamedList<>();
    answer.add("response", found);
    answer.add(CursorMarkParams.CURSOR_MARK_NEXT, "end");
    QueryResponse response = new QueryResponse();
    response.setResponse(answer);
    return response;
  }

  @Override
  public synchronized void forget(long ageMillis) {}

  @Override
  public void check(int dimension) {}
}
