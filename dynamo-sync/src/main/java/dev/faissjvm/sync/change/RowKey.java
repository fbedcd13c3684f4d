package dev.faissjvm.sync.change;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The primary key of a row: a partition value and, where the table has one, a sort value.
 *
 * <p><b>Shape.</b> A value is a {@link String}, a {@link BigDecimal} or a read-only {@link
 * ByteBuffer}, after DynamoDB's three key types. Numbers that are equal as numbers are equal as
 * keys: {@code 1.0} and {@code 1} name one row.
 *
 * @param partition the partition value
 * @param sort the sort value, or null in a table without one
 */
public record RowKey(Object partition, @Nullable Object sort) {

  /** No exponents: nobody writes a key so, and a large one would fill the memory. */
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,38}(\\.[0-9]{1,38})?");

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  /**
   * Checks and normalises both values.
   *
   * @param partition the partition value
   * @param sort the sort value, or null in a table without one
   */
  public RowKey {
    partition = normalised(Objects.requireNonNull(partition, "partition"));
    sort = sort == null ? null : normalised(sort);
  }

  /**
   * Returns a key of two values.
   *
   * @param partition a String, Number, byte[] or ByteBuffer
   * @param sort a String, Number, byte[] or ByteBuffer
   * @return a key of two values
   * @throws IllegalArgumentException if a value is of another type, or empty
   */
  public static RowKey of(Object partition, Object sort) {
    return new RowKey(partition, Objects.requireNonNull(sort, "sort"));
  }

  /**
   * Returns a key of a table that has a partition value only.
   *
   * @param partition a String, Number, byte[] or ByteBuffer
   * @return a key of a table that has a partition value only
   * @throws IllegalArgumentException if the value is of another type, or empty
   */
  public static RowKey of(Object partition) {
    return new RowKey(partition, null);
  }

  /**
   * {@return the key as one line of text, different for different keys; {@link #parse} reads it}
   */
  public String encoded() {
    return sort == null ? encode(partition) : encode(partition) + '/' + encode(sort);
  }

  /** {@return the partition value as one line of text, different for different values} */
  public String encodedPartition() {
    return encode(partition);
  }

  /**
   * Returns the keys that this one may stand for: a command line and a URL have texts only, so a
   * text that reads as a number stands for the number, too. The keys of one table are of one type.
   *
   * @return this key, and those with numbers for its texts
   */
  public List<RowKey> readings() {
    Object second = sort;
    if (second == null) {
      return readings(partition).stream().map(RowKey::of).toList();
    }
    return readings(partition).stream()
        .flatMap(first -> readings(second).stream().map(last -> RowKey.of(first, last)))
        .toList();
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @param encoded the line of text
   * @return what {@link #encoded} wrote
   * @throws IllegalArgumentException if it is not such a line
   */
  public static RowKey parse(String encoded) {
    int slash = encoded.indexOf('/');
    return slash < 0
        ? new RowKey(decode(encoded), null)
        : new RowKey(decode(encoded.substring(0, slash)), decode(encoded.substring(slash + 1)));
  }

  /**
   * Returns the key under its attribute names, partition first.
   *
   * @param names the names of the table's key attributes
   * @return the key under its attribute names, partition first
   * @throws IllegalArgumentException if only one of the two has a sort part
   */
  public Map<String, Object> attributes(KeyNames names) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put(names.partition(), partition);
    String sortName = names.sort();
    if ((sortName == null) != (sort == null)) {
      throw new IllegalArgumentException("key: expected the attributes " + names + ", got " + this);
    }
    if (sortName != null && sort != null) {
      attributes.put(sortName, sort);
    }
    return attributes;
  }

  /**
   * Returns the key for a person to read: {@code noun/bakery}. Bytes are in base64, and where a
   * terminal would obey a character there is a blank.
   */
  @Override
  public String toString() {
    String text = sort == null ? plain(partition) : plain(partition) + '/' + plain(sort);
    return UNPRINTABLE.matcher(text).replaceAll(" ");
  }

  private static List<Object> readings(Object value) {
    return value instanceof String text && NUMBER.matcher(text).matches()
        ? List.of(text, new BigDecimal(text))
        : List.of(value);
  }

  private static Object normalised(Object value) {
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    } else if (value instanceof BigDecimal number) {
      return Numbers.canonical(number);
    } else if (value instanceof Number number) {
      return normalised(new BigDecimal(number.toString()));
    } else if (value instanceof byte[] bytes && bytes.length > 0) {
      return ByteBuffer.wrap(bytes.clone()).asReadOnlyBuffer();
    } else if (value instanceof ByteBuffer buffer && buffer.hasRemaining()) {
      return buffer.asReadOnlyBuffer();
    }
    throw new IllegalArgumentException(
        "key value: expected a String, number or bytes that is not empty, got "
            + value.getClass().getSimpleName());
  }

  private static String encode(Object value) {
    if (value instanceof String text) {
      return "S" + URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
    return (value instanceof BigDecimal ? "N" : "B") + plain(value);
  }

  private static String plain(Object value) {
    if (!(value instanceof ByteBuffer buffer)) {
      return value.toString();
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Object decode(String encoded) {
    String body = encoded.isEmpty() ? "" : encoded.substring(1);
    if (body.isEmpty()) {
      throw notAKey(encoded);
    }
    return switch (encoded.charAt(0)) {
      case 'S' -> URLDecoder.decode(body, StandardCharsets.UTF_8);
      case 'N' -> new BigDecimal(body);
      case 'B' -> ByteBuffer.wrap(Base64.getUrlDecoder().decode(body)).asReadOnlyBuffer();
      default -> throw notAKey(encoded);
    };
  }

  private static IllegalArgumentException notAKey(String encoded) {
    return new IllegalArgumentException(
        "key: expected S, N or B and a value, got '" + encoded + "'");
  }
}
