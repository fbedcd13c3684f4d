package dev.faissjvm.sync.index;

import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.document.ValueCodec;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;

/**
 * The Lucene fields of a row: one Lucene document for each passage, side by side.
 *
 * <pre>
 *   _key       term, values     RowKey.encoded
 *   _group     term             RowKey.encodedPartition
 *   _hash      binary values    text hash, ':', row hash
 *   _ordinal   numeric values   the passage, from 0; the row's first document is that many before
 *   _vector    float vector     unit length, compared by dot product
 *   _text      words            the passage, by the English analyser
 *   _passage   stored           start and end of the passage in the text, where there are several
 *   _fields    stored           ValueCodec of the kept attributes; on the first document only
 *   _content   stored           the text; on the first document only
 *   _has       term             the names of the filter fields that have a value
 *   f.NAME     term or point    the values of a filter field: text, "true", "false", or a double
 *   _parked    term             "1"; a row that cannot be indexed has this, the reason, _key and _hash
 *   _parked.reason  stored      why
 * </pre>
 */
public final class IndexFields {

  /** The row's key. */
  public static final String KEY = "_key";

  /** The partition value. */
  public static final String GROUP = "_group";

  /** The vector. */
  public static final String VECTOR = "_vector";

  /** The words. */
  public static final String TEXT = "_text";

  /** The names of the filter fields that have a value. */
  public static final String HAS = "_has";

  /** The number of the passage. */
  public static final String ORDINAL = "_ordinal";

  /** The kept attributes. */
  public static final String FIELDS = "_fields";

  /** The whole text. */
  public static final String CONTENT = "_content";

  /** Where the passage is in the text. */
  public static final String PASSAGE = "_passage";

  static final String HASH = "_hash";
  static final String PARKED = "_parked";
  static final String REASON = "_parked.reason";

  private IndexFields() {}

  /**
   * {@return the Lucene field of a filter field}
   *
   * @param name the filter field
   */
  public static String filter(String name) {
    return "f." + name;
  }

  /**
   * Reads a document's key from the index's values: many candidates are told apart by their keys,
   * and each stored field would cost a block of them.
   *
   * @param reader the whole index
   * @param document the document's number in it
   * @return the key as {@code RowKey.encoded} writes it
   * @throws IOException if the index cannot be read, or the document has no key
   */
  public static String key(IndexReader reader, int document) throws IOException {
    LeafReaderContext leaf = reader.leaves().get(ReaderUtil.subIndex(document, reader.leaves()));
    return key(leaf.reader(), document - leaf.docBase);
  }

  static String key(LeafReader segment, int document) throws IOException {
    BinaryDocValues keys = segment.getBinaryDocValues(KEY);
    if (keys == null || !keys.advanceExact(document)) {
      throw new IOException("index: expected a key of document " + document + ", got none");
    }
    return keys.binaryValue().utf8ToString();
  }

  static List<List<Field>> documents(
      Document row, Map<String, FieldType> types, List<float[]> vectors) {
    List<List<Field>> documents = new ArrayList<>();
    for (int i = 0; i < row.passages().size(); i++) {
      documents.add(passage(row, types, vectors.get(i), i));
    }
    return documents;
  }

  private static List<Field> passage(
      Document row, Map<String, FieldType> types, float[] vector, int ordinal) {
    List<Field> fields = new ArrayList<>();
    fields.addAll(key(row.key().encoded()));
    fields.add(new StringField(GROUP, row.key().encodedPartition(), Field.Store.NO));
    fields.add(hash(row.textHash(), row.rowHash()));
    fields.add(new NumericDocValuesField(ORDINAL, ordinal));
    fields.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.DOT_PRODUCT));
    Document.Passage passage = row.passages().get(ordinal);
    fields.add(
        new TextField(TEXT, row.text().substring(passage.start(), passage.end()), Field.Store.NO));
    if (row.passages().size() > 1) {
      fields.add(new StoredField(PASSAGE, passage.start() + "-" + passage.end()));
    }
    if (ordinal == 0) {
      fields.add(new StoredField(FIELDS, ValueCodec.encode(row.fields())));
      fields.add(new StoredField(CONTENT, row.text()));
    }
    row.filters()
        .forEach(
            (name, values) -> {
              fields.add(new StringField(HAS, name, Field.Store.NO));
              boolean number = types.get(name) == FieldType.NUMBER;
              for (Object value : values) {
                fields.add(
                    number
                        ? new DoublePoint(filter(name), ((BigDecimal) value).doubleValue())
                        : new StringField(filter(name), value.toString(), Field.Store.NO));
              }
            });
    return fields;
  }

  static List<Field> parked(String key, String rowHash, String reason) {
    List<Field> fields = new ArrayList<>(key(key));
    fields.add(hash("", rowHash));
    fields.add(new StringField(PARKED, "1", Field.Store.NO));
    fields.add(new StoredField(REASON, reason));
    return fields;
  }

  /** The key to find documents by, and to read of a document without its stored fields. */
  private static List<Field> key(String encoded) {
    return List.of(
        new StringField(KEY, encoded, Field.Store.NO),
        new BinaryDocValuesField(KEY, new BytesRef(encoded)));
  }

  private static Field hash(String textHash, String rowHash) {
    return new BinaryDocValuesField(HASH, new BytesRef(textHash + ":" + rowHash));
  }
}
