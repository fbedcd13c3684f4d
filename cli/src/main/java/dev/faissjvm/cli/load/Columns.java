package dev.faissjvm.cli.load;

import org.jspecify.annotations.Nullable;

/**
 * Which fields of a file are a row's key and its text.
 *
 * @param group the field of the key's first part
 * @param id the field of the key's second part
 * @param text the field whose words are searched
 * @param defaultGroup the group of a row that names none, or null when each must
 */
public record Columns(String group, String id, String text, @Nullable String defaultGroup) {

  /** {@return the names that a table made by the recipe has, without a default group} */
  public static Columns ofRecipe() {
    return new Columns("content_group", "content_id", "content", null);
  }
}
