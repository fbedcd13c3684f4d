package dev.faissjvm.sync.document;

import dev.faissjvm.sync.change.Numbers;
import dev.faissjvm.sync.change.Row;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Attribute values as bytes. Equal values give equal bytes: maps are written by name and sets by
 * the bytes of their members.
 *
 * <pre>
 *   value  = tag (1 byte), body
 *   'S'      int32 length, UTF-8
 *   'N'      int32 length, ASCII digits of a number without trailing zeros
 *   'B'      int32 length, bytes
 *   'T' 'F' '0'      true, false, null: no body
 *   'L' 'E'  int32 count, values: a list, a set
 *   'M'      int32 count, pairs of (int32 length, UTF-8 name), value: a map
 * </pre>
 */
public final class ValueCodec {

  private ValueCodec() {}

  /**
   * Writes a map of attributes.
   *
   * @param attributes values as {@link Row} describes them
   * @return the bytes, as the class comment says
   */
  public static byte[] encode(Map<String, Object> attributes) {
    return bytes(attributes);
  }

  /**
   * Reads a map of attributes.
   *
   * @param bytes what {@link #encode} wrote
   * @return a map of attributes
   * @throws IllegalArgumentException if the bytes are not such
   */
  public static Map<String, Object> decode(byte[] bytes) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    try {
      if (read(new DataInputStream(new ByteArrayInputStream(bytes))) instanceof Map<?, ?> map) {
        map.forEach((name, value) -> attributes.put((String) name, value));
        return attributes;
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("fields: expected whole values, got an early end", e);
    }
    throw new IllegalArgumentException("fields: expected a map, got another value");
  }

  static int encodedBytes(Object value) {
    return value instanceof String text && text.length() > DocumentMapping.MAX_FIELD_BYTES
        ? text.length()
        : bytes(value).length;
  }

  static String typeOf(Object value) {
    if (value instanceof String) {
      return "a string";
    } else if (value instanceof BigDecimal) {
      return "a number";
    } else if (value instanceof Boolean) {
      return "a boolean";
    } else if (value instanceof ByteBuffer) {
      return "binary";
    } else if (value instanceof Map) {
      return "a map";
    } else if (value instanceof Set) {
      return "a set";
    }
    return value instanceof List ? "a list" : "null";
  }

  private static byte[] bytes(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(new DataOutputStream(bytes), value);
    } catch (IOException e) {
      throw new UncheckedIOException("fields: expected no failure in memory", e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Object value) throws IOException {
    if (value instanceof String text) {
      out.writeByte('S');
      block(out, text.getBytes(StandardCharsets.UTF_8));
    } else if (value instanceof BigDecimal number) {
      out.writeByte('N');
      block(out, Numbers.canonical(number).toString().getBytes(StandardCharsets.US_ASCII));
    } else if (value instanceof Boolean truth) {
      out.writeByte(truth ? 'T' : 'F');
    } else if (value instanceof ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      out.writeByte('B');
      block(out, copy);
    } else if (value instanceof Map<?, ?> map) {
      writeMap(out, map);
    } else if (value instanceof Set<?> set) {
      List<byte[]> members = new ArrayList<>();
      set.forEach(member -> members.add(bytes(member)));
      members.sort(Arrays::compare);
      out.writeByte('E');
      out.writeInt(members.size());
      for (byte[] member : members) {
        out.write(member);
      }
    } else if (value instanceof List<?> list) {
      out.writeByte('L');
      out.writeInt(list.size());
      for (Object member : list) {
        write(out, member);
      }
    } else if (value == Row.Null.NULL) {
      out.writeByte('0');
    } else {
      throw new IllegalArgumentException(
          "field: expected a value as Row describes it, got " + value.getClass().getName());
    }
  }

  private static void writeMap(DataOutputStream out, Map<?, ?> map) throws IOException {
    TreeMap<String, Object> sorted = new TreeMap<>();
    map.forEach((name, value) -> sorted.put((String) name, value));
    out.writeByte('M');
    out.writeInt(sorted.size());
    for (Map.Entry<String, Object> entry : sorted.entrySet()) {
      block(out, entry.getKey().getBytes(StandardCharsets.UTF_8));
      write(out, entry.getValue());
    }
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static Object read(DataInputStream in) throws IOException {
    byte tag = in.readByte();
    return switch (tag) {
      case 'S' -> new String(readBlock(in), StandardCharsets.UTF_8);
      case 'N' -> new BigDecimal(new String(readBlock(in), StandardCharsets.US_ASCII));
      case 'B' -> ByteBuffer.wrap(readBlock(in)).asReadOnlyBuffer();
      case 'T', 'F' -> tag == 'T';
      case '0' -> Row.Null.NULL;
      case 'L' -> readMany(in, new ArrayList<>());
      case 'E' -> readMany(in, new LinkedHashSet<>());
      case 'M' -> readMap(in);
      default -> throw new IllegalArgumentException("fields: expected a known tag, got " + tag);
    };
  }

  private static Map<String, Object> readMap(DataInputStream in) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = new String(readBlock(in), StandardCharsets.UTF_8);
      map.put(name, read(in));
    }
    return map;
  }

  private static Object readMany(DataInputStream in, Collection<Object> members)
      throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      members.add(read(in));
    }
    return members;
  }

  private static byte[] readBlock(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("block: expected at most " + in.available() + " bytes, got " + length);
    }
    return in.readNBytes(length);
  }
}
