package dev.faissjvm.sync.change;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The names of a table's key attributes.
 *
 * @param partition the partition (HASH) attribute
 * @param sort the sort (RANGE) attribute, or null in a table without one
 */
public record KeyNames(String partition, @Nullable String sort) {

  /**
   * Checks that no name is empty and that the two differ.
   *
   * @param partition the partition (HASH) attribute
   * @param sort the sort (RANGE) attribute, or null in a table without one
   */
  public KeyNames {
    if (partition.isEmpty() || (sort != null && (sort.isEmpty() || sort.equals(partition)))) {
      throw new IllegalArgumentException(
          "key names: expected different names that are not empty, got '"
              + partition
              + "' and '"
              + sort
              + "'");
    }
  }

  /** {@return the names that tables of the original recipe have} */
  public static KeyNames recipe() {
    return new KeyNames("content_group", "content_id");
  }

  /**
   * Returns the names of a table with both parts.
   *
   * @param partition the partition attribute
   * @param sort the sort attribute
   * @return the names of a table with both parts
   */
  public static KeyNames of(String partition, String sort) {
    return new KeyNames(partition, sort);
  }

  /**
   * Returns the name of a table with a partition part only.
   *
   * @param partition the partition attribute
   * @return the name of a table with a partition part only
   */
  public static KeyNames of(String partition) {
    return new KeyNames(partition, null);
  }

  /**
   * Says whether an attribute is part of the key.
   *
   * @param attribute the attribute's name
   * @return whether an attribute is part of the key
   */
  public boolean contains(String attribute) {
    return attribute.equals(partition) || attribute.equals(sort);
  }

  /** {@return the names, partition first} */
  public List<String> attributes() {
    return sort == null ? List.of(partition) : List.of(partition, sort);
  }

  /** Returns the names, separated by a comma. */
  @Override
  public String toString() {
    return sort == null ? partition : partition + "," + sort;
  }
}
