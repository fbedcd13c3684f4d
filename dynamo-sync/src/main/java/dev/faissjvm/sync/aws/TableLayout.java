package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.KeyNames;

/**
 * How a table is made: its name, the names of its keys, of its sparse index and of the marks.
 *
 * @param table the table's name
 * @param keys the names of the key attributes
 * @param pendingIndex the sparse index over the pending mark
 * @param pending the attribute that asks for indexing, a number
 * @param version the attribute that counts changes
 * @param deleted the attribute that marks a soft delete
 */
public record TableLayout(
    String table,
    KeyNames keys,
    String pendingIndex,
    String pending,
    String version,
    String deleted) {

  /**
   * Returns the layout of the original recipe: keys {@code content_group} and {@code content_id},
   * index and attribute {@code faiss_pending}.
   *
   * @param table the table's name
   * @return the layout of the original recipe
   */
  public static TableLayout recipe(String table) {
    return of(table, KeyNames.recipe());
  }

  /**
   * Returns the recipe's layout with other keys.
   *
   * @param table the table's name
   * @param keys the names of the key attributes
   * @return the recipe's layout with other keys
   */
  public static TableLayout of(String table, KeyNames keys) {
    return new TableLayout(table, keys, "faiss_pending", "faiss_pending", "version", "deleted");
  }

  /**
   * Names another sparse index and pending mark.
   *
   * @param index the sparse index
   * @param attribute the attribute that asks for indexing
   * @return a new layout
   */
  public TableLayout withPending(String index, String attribute) {
    return new TableLayout(table, keys, index, attribute, version, deleted);
  }

  boolean isMark(String attribute) {
    return attribute.equals(pending) || attribute.equals(version) || attribute.equals(deleted);
  }
}
