package dev.faissjvm.sync.document;

import dev.faissjvm.sync.change.RowKey;
import java.util.List;
import java.util.Map;

/**
 * What is indexed of a row.
 *
 * @param key the row's key
 * @param text the text that is embedded and searched by words
 * @param passages the parts of the text that get a vector each, at least one
 * @param filters the typed values of the filter fields; a set or list has several
 * @param fields what is kept to be shown, by attribute name
 * @param textHash the hash of the text and how it was split
 * @param rowHash the hash of everything above
 */
public record Document(
    RowKey key,
    String text,
    List<Passage> passages,
    Map<String, List<Object>> filters,
    Map<String, Object> fields,
    String textHash,
    String rowHash) {

  /**
   * Copies the collections.
   *
   * @param key the row's key
   * @param text the text that is embedded and searched by words
   * @param passages the parts of the text that get a vector each, at least one
   * @param filters the typed values of the filter fields; a set or list has several
   * @param fields what is kept to be shown, by attribute name
   * @param textHash the hash of the text and how it was split
   * @param rowHash the hash of everything above
   */
  public Document {
    passages = List.copyOf(passages);
    filters = Map.copyOf(filters);
    fields = Map.copyOf(fields);
  }

  /**
   * A part of the text.
   *
   * @param start where it starts, in chars
   * @param end where it ends, in chars
   */
  public record Passage(int start, int end) {}
}
