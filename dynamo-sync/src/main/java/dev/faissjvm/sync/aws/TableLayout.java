package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;

/**
 * How a table is made: its name, the names of its keys, of its sparse index and of the marks.
 *
 * @param table the table's name
 * @param keys the names of the key attributes
 * @param pendingIndex the sparse index over the pending mark
 * @param pending the attribute that asks for indexing, a number
 * @param version the attribute that counts changes
 * @param deleted the attribute that marks a soft delete
 * @param pendingValues how many values the pending mark takes, from 0, where each writer keeps to
 *     that; 0 for any value
 */
public record TableLayout(
    String table,
    KeyNames keys,
    String pendingIndex,
    String pending,
    String version,
    String deleted,
    int pendingValues) {

  /** Over how many values writers that know of no other number spread the pending mark. */
  public static final int PENDING_VALUES = 16;

  /**
   * Checks the number of values.
   *
   * @param table the table's name
   * @param keys the names of the key attributes
   * @param pendingIndex the sparse index over the pending mark
   * @param pending the attribute that asks for indexing, a number
   * @param version the attribute that counts changes
   * @param deleted the attribute that marks a soft delete
   * @param pendingValues how many values the pending mark takes, or 0 for any value
   */
  public TableLayout {
    if (pendingValues < 0 || pendingValues > 256) {
      throw new IllegalArgumentException("pending values: expected 0 to 256, got " + pendingValues);
    }
  }

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
    return new TableLayout(table, keys, "faiss_pending", "faiss_pending", "version", "deleted", 0);
  }

  /**
   * Names another sparse index and pending mark.
   *
   * @param index the sparse index
   * @param attribute the attribute that asks for indexing
   * @return a new layout
   */
  public TableLayout withPending(String index, String attribute) {
    return new TableLayout(table, keys, index, attribute, version, deleted, pendingValues);
  }

  /**
   * Says that every writer sets the pending mark to 0, 1 and so on up to a number less one, as
   * {@link ContentTable} does with {@link #PENDING_VALUES}. Pending rows are then listed by a Query
   * for each value, which needs no permission to scan; rows with another value are not found.
   *
   * @param values how many values there are, or 0 for any: pending rows are listed by Scan
   * @return a new layout
   */
  public TableLayout withPendingValues(int values) {
    return new TableLayout(table, keys, pendingIndex, pending, version, deleted, values);
  }

  /** Returns the pending value of a row, spread evenly. */
  int pendingValue(RowKey key) {
    int values = pendingValues == 0 ? PENDING_VALUES : pendingValues;
    return Math.floorMod(key.encoded().hashCode(), values);
  }

  boolean isMark(String attribute) {
    return attribute.equals(pending) || attribute.equals(version) || attribute.equals(deleted);
  }
}
