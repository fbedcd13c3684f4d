package dev.faissjvm.sync.change;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row as a consistent read found it.
 *
 * <p><b>Shape.</b> Attribute values are plain Java: {@link String}, {@link java.math.BigDecimal},
 * {@link Boolean}, read-only {@link java.nio.ByteBuffer}, and of these {@link java.util.List},
 * {@link java.util.Set} and {@link Map}. DynamoDB's NULL is {@link Null#NULL}. The key attributes
 * are among them; the marks {@code faiss_pending}, {@code version} and {@code deleted} are not.
 *
 * @param key the row's key
 * @param attributes every attribute of content, by name
 * @param version what the row's version attribute says, of any type, or null without one
 * @param pending whether the row asks to be indexed
 * @param deleted whether the row is softly deleted: to be taken from the index, then from the table
 */
public record Row(
    RowKey key,
    Map<String, Object> attributes,
    @Nullable Object version,
    boolean pending,
    boolean deleted) {

  /**
   * Copies the map.
   *
   * @param key the row's key
   * @param attributes every attribute of content, by name
   * @param version what the row's version attribute says, of any type, or null without one
   * @param pending whether the row asks to be indexed
   * @param deleted whether the row is softly deleted: to be taken from the index, then from the
   *     table
   */
  public Row {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  /** DynamoDB's value for nothing. */
  public enum Null {
    /** The only value. */
    NULL
  }
}
