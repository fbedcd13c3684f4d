package dev.faissjvm.solr;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.Document;
import dev.faissjvm.sync.document.FieldType;
import dev.faissjvm.sync.document.ValueCodec;
import dev.faissjvm.sync.index.IndexFields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.solr.common.SolrInputDocument;

/**
 * A row as Solr keeps it: its first passage, with the further ones as children. Solr replaces and
 * deletes such a block as a whole, so a row never stands beside an older state of itself.
 */
final class RowBlocks {

  private RowBlocks() {}

  static SolrInputDocument row(
      Document row, Map<String, FieldType> types, List<float[]> vectors, long order) {
    SolrInputDocument first = passage(row, types, vectors.get(0), 0);
    first.setField(SolrFields.ORDER, order);
    first.setField(SolrFields.HASH, row.textHash() + ":" + row.rowHash());
    first.setField(SolrFields.PASSAGES, (long) row.passages().size());
    first.setField(IndexFields.FIELDS, ValueCodec.encode(row.fields()));
    if (row.passages().size() > 1) {
      first.setField(IndexFields.CONTENT, row.text());
    }
    for (int i = 1; i < row.passages().size(); i++) {
      first.addChildDocument(passage(row, types, vectors.get(i), i));
    }
    return first;
  }

  private static SolrInputDocument passage(
      Document row, Map<String, FieldType> types, float[] vector, int ordinal) {
    SolrInputDocument passage = new SolrInputDocument();
    RowKey key = row.key();
    passage.setField(
        SolrFields.ID, ordinal == 0 ? SolrFields.id(key) : SolrFields.id(key, ordinal));
    passage.setField(SolrFields.KIND, SolrFields.PASSAGE);
    passage.setField(IndexFields.KEY, key.encoded());
    passage.setField(IndexFields.GROUP, key.encodedPartition());
    passage.setField(IndexFields.ORDINAL, (long) ordinal);
    Document.Passage range = row.passages().get(ordinal);
    passage.setField(IndexFields.TEXT, row.text().substring(range.start(), range.end()));
    passage.setField(IndexFields.VECTOR, boxed(vector));
    row.filters()
        .forEach(
            (name, values) -> {
              passage.addField(IndexFields.HAS, name);
              FieldType type = types.getOrDefault(name, FieldType.STRING);
              for (Object value : values) {
                passage.addField(
                    SolrFields.filter(name, type),
                    value instanceof BigDecimal number ? number.doubleValue() : value.toString());
              }
            });
    return passage;
  }

  static SolrInputDocument parked(RowKey key, String rowHash, String reason, long order) {
    SolrInputDocument note = new SolrInputDocument();
    note.setField(SolrFields.ID, SolrFields.id(key));
    note.setField(SolrFields.KIND, SolrFields.PARKED);
    note.setField(IndexFields.KEY, key.encoded());
    note.setField(SolrFields.ORDER, order);
    note.setField(SolrFields.HASH, ":" + rowHash);
    note.setField(SolrFields.PASSAGES, 1L);
    note.setField(SolrFields.REASON, reason);
    return note;
  }

  static List<Float> boxed(float[] vector) {
    List<Float> boxed = new ArrayList<>(vector.length);
    for (float component : vector) {
      boxed.add(component);
    }
    return boxed;
  }

  static float[] unboxed(Iterable<?> stored, int dimension) {
    float[] vector = new float[dimension];
    int i = 0;
    for (Object component : stored) {
      vector[i++] = ((Number) component).floatValue();
    }
    return vector;
  }
}
