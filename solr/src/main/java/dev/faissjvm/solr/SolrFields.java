package dev.faissjvm.solr;

import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.document.FieldType;
import java.nio.charset.StandardCharsets;

/** The names of the schema, and the ids of documents. */
final class SolrFields {

  static final String SCHEMA = "faissjvm-1";
  static final String ID = "id";
  static final String VERSION = "_version_";
  static final String ORDER = "_order";
  static final String KIND = "_kind";
  static final String HASH = "_hash";
  static final String PASSAGES = "_passages";
  static final String REASON = "_parked.reason";
  static final String SETTING = "_setting";

  /** Values of {@link #KIND}. */
  static final String PASSAGE = "passage";

  static final String PARKED = "parked";
  static final String GONE = "gone";
  static final String COMMIT = "commit";

  private SolrFields() {}

  /**
   * The id of a row. Solr routes by what stands before an exclamation mark, and takes a slash in it
   * for a number of bits; neither is in an id of ours but where it is meant.
   */
  static String id(RowKey key) {
    return key.encoded().replace('/', ':');
  }

  /** The id of a further passage: Solr routes it to the shard of its row, also after a split. */
  static String id(RowKey key, int ordinal) {
    return id(key) + "!" + ordinal;
  }

  /** The field of a filter field: its type, and its name with odd characters in hexadecimal. */
  static String filter(String name, FieldType type) {
    StringBuilder field =
        new StringBuilder(
            switch (type) {
              case STRING -> "f.s.";
              case BOOLEAN -> "f.b.";
              case NUMBER -> "f.n.";
            });
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) b;
      boolean plain =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
      if (plain) {
        field.append(c);
      } else {
        field.append('_').append(String.format("%02x", b & 0xff));
      }
    }
    return field.toString();
  }
}
