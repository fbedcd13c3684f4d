package dev.faissjvm.embedder.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.faissjvm.embedder.EmbedderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of a model folder, read with checks: a field that is missing, of another type or
 * out of range is an {@link EmbedderException} that names file and field.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class JsonFile {
  /** The largest configuration file read; the real ones have a few kilobytes. */
  static final long MAX_SIZE_BYTES = 16L << 20;

  private static final long MAX_UNKEPT_BYTES = 256L << 20;

  private static final JsonFactory UNLIMITED =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxStringLength((int) MAX_UNKEPT_BYTES)
                  .maxNameLength((int) MAX_UNKEPT_BYTES)
                  .build())
          .build();

  private final String name;
  private final Map<?, ?> values;

  private JsonFile(String name, Map<?, ?> values) {
    this.name = name;
    this.values = values;
  }

  /**
   * Reads a file.
   *
   * @param file a JSON object
   * @return its fields
   * @throws EmbedderException if it is missing, too large, or not a JSON object
   */
  public static JsonFile read(Path file) {
    String name = displayName(file);
    return object(name, parse(file, name));
  }

  /**
   * Reads a file that holds a list of objects.
   *
   * @param file a JSON array of objects
   * @return its elements in their order
   * @throws EmbedderException if it is missing, too large, or something else
   */
  public static List<JsonFile> readList(Path file) {
    String name = displayName(file);
    if (!(parse(file, name) instanceof List<?> list)) {
      throw new EmbedderException(name + ": expected a JSON array, got something else");
    }
    List<JsonFile> objects = new ArrayList<>();
    for (Object element : list) {
      objects.add(object(name + "[" + objects.size() + "]", element));
    }
    return objects;
  }

  /**
   * Parses JSON that lies inside another file.
   *
   * @param name how errors call it
   * @param bytes UTF-8
   * @return its fields
   * @throws EmbedderException if it is not a JSON object
   */
  static JsonFile parse(String name, byte[] bytes) {
    return object(name, value(name, bytes));
  }

  private static JsonFile object(String name, @Nullable Object value) {
    if (value instanceof Map<?, ?> fields) {
      return new JsonFile(name, fields);
    }
    throw new EmbedderException(name + ": expected a JSON object, got something else");
  }

  private static @Nullable Object value(String name, byte[] bytes) {
    try {
      return Json.parse(bytes);
    } catch (JsonProcessingException e) {
      throw new EmbedderException(name + ": expected JSON, got " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new EmbedderException(name + ": cannot be read", e);
    }
  }

  /**
   * Refuses a file that is not JSON, without keeping it.
   *
   * @param file of any size up to 256 MiB
   * @throws EmbedderException if it is missing, larger, or not well-formed
   */
  public static void requireWellFormed(Path file) {
    String name = displayName(file);
    try {
      requireFile(file, name, MAX_UNKEPT_BYTES);
      try (JsonParser parser = UNLIMITED.createParser(file.toFile())) {
        while (parser.nextToken() != null) {
          // the parser checks as it goes
        }
      }
    } catch (JsonProcessingException e) {
      throw new EmbedderException(name + ": expected JSON, got " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new EmbedderException(name + ": cannot be read; path=" + file, e);
    }
  }

  private static void requireFile(Path file, String name, long maxBytes) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new EmbedderException(name + ": expected a file, got none; path=" + file);
    }
    long sizeBytes = Files.size(file);
    if (sizeBytes > maxBytes) {
      throw new EmbedderException(
          name + ": expected at most " + maxBytes + " bytes, got " + sizeBytes);
    }
  }

  private static @Nullable Object parse(Path file, String name) {
    try {
      requireFile(file, name, MAX_SIZE_BYTES);
      return value(name, Files.readAllBytes(file));
    } catch (IOException e) {
      throw new EmbedderException(name + ": cannot be read; path=" + file, e);
    }
  }

  /** The file's name, with its folder's where that says which module it belongs to. */
  static String displayName(Path file) {
    Path parent = file.getParent();
    String name = String.valueOf(file.getFileName());
    if (parent != null && parent.getFileName() != null) {
      String folder = parent.getFileName().toString();
      if (!folder.isEmpty() && Character.isDigit(folder.charAt(0)) && folder.contains("_")) {
        return folder + "/" + name;
      }
    }
    return name;
  }

  /**
   * Says how errors call this file.
   *
   * @return its name
   */
  public String name() {
    return name;
  }

  /**
   * Returns a field that must be there.
   *
   * @param field its name
   * @return a whole number of at least {@code min} and at most {@code max}
   * @param min the least accepted
   * @param max the greatest accepted
   * @throws EmbedderException if it is missing, or something else
   */
  public int whole(String field, int min, int max) {
    if (values.get(field) instanceof Long value && value >= min && value <= max) {
      return value.intValue();
    }
    throw wrong(field, "a whole number of " + min + " to " + max);
  }

  /**
   * Returns a field, or a default where the file lacks it or has null.
   *
   * @param field its name
   * @param min the least accepted
   * @param max the greatest accepted
   * @param absent the default
   * @return a whole number
   * @throws EmbedderException if it is something else
   */
  public int wholeOr(String field, int min, int max, int absent) {
    return has(field) ? whole(field, min, max) : absent;
  }

  /**
   * Returns a field, or a default where the file lacks it or has null.
   *
   * @param field its name
   * @param min the least accepted
   * @param max the greatest accepted
   * @param absent the default
   * @return a finite number
   * @throws EmbedderException if it is something else
   */
  public double numberOr(String field, double min, double max, double absent) {
    if (!has(field)) {
      return absent;
    }
    if (values.get(field) instanceof Number number
        && number.doubleValue() >= min
        && number.doubleValue() <= max) {
      return number.doubleValue();
    }
    throw wrong(field, "a number of " + min + " to " + max);
  }

  /**
   * Returns a text that must be there.
   *
   * @param field its name
   * @return the text
   * @throws EmbedderException if it is missing, or not a text
   */
  public String text(String field) {
    if (values.get(field) instanceof String value) {
      return value;
    }
    throw wrong(field, "a text");
  }

  /**
   * Returns a text, or null where the file lacks it or has null.
   *
   * @param field its name
   * @return the text or null
   * @throws EmbedderException if it is not a text
   */
  public @Nullable String textOrNull(String field) {
    return has(field) ? text(field) : null;
  }

  /**
   * Returns a truth value, or a default where the file lacks it or has null.
   *
   * @param field its name
   * @param absent the default
   * @return the value
   * @throws EmbedderException if it is not a truth value
   */
  public boolean flagOr(String field, boolean absent) {
    if (!has(field)) {
      return absent;
    }
    if (values.get(field) instanceof Boolean value) {
      return value;
    }
    throw wrong(field, "true or false");
  }

  /**
   * Says whether a field is there and not null.
   *
   * @param field its name
   * @return the answer
   */
  public boolean has(String field) {
    return values.get(field) != null;
  }

  /**
   * Returns the fields of an object inside this one, none where it is missing.
   *
   * @param field its name
   * @return the object
   * @throws EmbedderException if the field is not an object
   */
  public JsonFile object(String field) {
    if (!has(field)) {
      return new JsonFile(name + ": " + field, Map.of());
    }
    if (values.get(field) instanceof Map<?, ?> fields) {
      return new JsonFile(name + ": " + field, fields);
    }
    throw wrong(field, "an object");
  }

  /**
   * Returns the elements of a list of whole numbers.
   *
   * @param field its name
   * @return non-negative numbers
   * @throws EmbedderException if it is missing, or something else
   */
  public long[] wholes(String field) {
    if (!(values.get(field) instanceof List<?> list)) {
      throw wrong(field, "a list of whole numbers");
    }
    long[] wholes = new long[list.size()];
    for (int i = 0; i < wholes.length; i++) {
      if (!(list.get(i) instanceof Long value) || value < 0) {
        throw wrong(field, "a list of whole numbers");
      }
      wholes[i] = value;
    }
    return wholes;
  }

  /**
   * Returns sizes by name. Older files have one number, which stands for all.
   *
   * @param field its name
   * @param absent the number where the file lacks it or has null
   * @param names of the sizes that one number stands for
   * @return an object
   * @throws EmbedderException if it is something else
   */
  public JsonFile sizes(String field, int absent, String... names) {
    if (values.get(field) instanceof Map<?, ?>) {
      return object(field);
    }
    long number = wholeOr(field, 1, Integer.MAX_VALUE, absent);
    Map<String, Long> sizes = new HashMap<>();
    for (String size : names) {
      sizes.put(size, number);
    }
    return new JsonFile(name + ": " + field, sizes);
  }

  /**
   * Returns the elements of a list of numbers, or defaults where the file lacks it or has null.
   *
   * @param field its name
   * @param min the least accepted
   * @param absent the defaults, as many as there must be
   * @return finite numbers
   * @throws EmbedderException if it is something else
   */
  public float[] numbersOr(String field, double min, double... absent) {
    float[] numbers = new float[absent.length];
    List<?> list = values.get(field) instanceof List<?> given ? given : List.of();
    for (int i = 0; i < numbers.length; i++) {
      if (!has(field)) {
        numbers[i] = (float) absent[i];
      } else if (list.size() == numbers.length
          && list.get(i) instanceof Number number
          && number.doubleValue() >= min
          && number.doubleValue() <= Float.MAX_VALUE) {
        numbers[i] = number.floatValue();
      } else {
        throw wrong(field, "a list of " + numbers.length + " numbers from " + min);
      }
    }
    return numbers;
  }

  /**
   * Returns the names of the fields in the file's order.
   *
   * @return the names
   */
  public List<String> fields() {
    List<String> names = new ArrayList<>();
    values.keySet().forEach(name -> names.add(String.valueOf(name)));
    return names;
  }

  private EmbedderException wrong(String field, String expected) {
    String text = values.containsKey(field) ? Json.show(values.get(field)) : "none";
    if (text.length() > 80) {
      text = text.substring(0, 80) + "...";
    }
    return new EmbedderException(name + ": " + field + ": expected " + expected + ", got " + text);
  }
}
