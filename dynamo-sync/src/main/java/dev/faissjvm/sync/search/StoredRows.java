package dev.faissjvm.sync.search;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.ValueCodec;
import dev.faissjvm.sync.index.IndexFields;
import dev.faissjvm.sync.index.IndexView;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.util.BytesRef;

/** What the index keeps of rows. */
final class StoredRows {

  private StoredRows() {}

  /** A stored row, and the passage of one of its documents. */
  record Stored(RowKey key, Map<String, Object> fields, String text, String passage) {}

  static Stored read(IndexSearcher searcher, int document) throws IOException {
    Document own = searcher.storedFields().document(document);
    int first = document - ordinal(searcher, document);
    Document whole = first == document ? own : searcher.storedFields().document(first);
    BytesRef fields = whole.getBinaryValue(IndexFields.FIELDS);
    String text = whole.get(IndexFields.CONTENT);
    if (fields == null || text == null) {
      throw new IOException("index: expected a stored row, got none; document=" + document);
    }
    byte[] bytes = Arrays.copyOfRange(fields.bytes, fields.offset, fields.offset + fields.length);
    RowKey key = RowKey.parse(IndexFields.key(searcher.getIndexReader(), document));
    return new Stored(key, ValueCodec.decode(bytes), text, passage(own, text));
  }

  private static String passage(Document document, String text) {
    String range = document.get(IndexFields.PASSAGE);
    if (range == null) {
      return text;
    }
    int dash = range.indexOf('-');
    return text.substring(
        Integer.parseInt(range.substring(0, dash)), Integer.parseInt(range.substring(dash + 1)));
  }

  private static int ordinal(IndexSearcher searcher, int document) throws IOException {
    LeafReaderContext leaf = leafOf(searcher, document);
    NumericDocValues ordinals = leaf.reader().getNumericDocValues(IndexFields.ORDINAL);
    return ordinals != null && ordinals.advanceExact(document - leaf.docBase)
        ? (int) ordinals.longValue()
        : 0;
  }

  /** The vector of a row's first passage. */
  static float[] vector(IndexView view, RowKey key) throws IOException {
    List<BytesRef> readings =
        key.readings().stream().map(reading -> new BytesRef(reading.encoded())).toList();
    TopDocs found = view.searcher().search(new TermInSetQuery(IndexFields.KEY, readings), 1);
    if (found.scoreDocs.length > 0) {
      int document = found.scoreDocs[0].doc;
      LeafReaderContext leaf = leafOf(view.searcher(), document);
      FloatVectorValues vectors = leaf.reader().getFloatVectorValues(IndexFields.VECTOR);
      int local = document - leaf.docBase;
      if (vectors != null && vectors.advance(local) == local) {
        return vectors.vectorValue().clone();
      }
    }
    throw new IllegalArgumentException("like: expected an indexed row, got " + key);
  }

  private static LeafReaderContext leafOf(IndexSearcher searcher, int document) {
    var leaves = searcher.getIndexReader().leaves();
    return leaves.get(ReaderUtil.subIndex(document, leaves));
  }
}
