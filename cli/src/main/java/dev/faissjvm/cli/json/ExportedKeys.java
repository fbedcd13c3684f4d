package dev.faissjvm.cli.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads which vector of an exported Faiss file is of which row.
 *
 * <pre>
 * {"id":0,"key":{"content_group":"noun","content_id":"1"},"hash":"..."}
 * </pre>
 *
 * <p>Lines of one row stand together, a line for each of its passages. The hash may be missing. A
 * part of a key is a string or a number.
 *
 * <p><b>Threads.</b> One thread. <b>Ownership.</b> The reader stays the caller's.
 */
public final class ExportedKeys {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final BufferedReader lines;
  private final KeyNames names;
  private long number;
  private @Nullable Line ahead;

  /**
   * Reads on from where a reader stands.
   *
   * @param lines the lines
   * @param names the table's key attributes
   */
  public ExportedKeys(BufferedReader lines, KeyNames names) {
    this.lines = lines;
    this.names = names;
  }

  /**
   * The vectors of one row.
   *
   * @param key the row's key
   * @param hash the hash of what they were made of, or empty
   * @param ids Faiss's ids, in the order of the passages
   */
  public record Line(RowKey key, String hash, List<Long> ids) {

    /**
     * Copies the list.
     *
     * @param key the row's key
     * @param hash the hash of what they were made of, or empty
     * @param ids Faiss's ids, in the order of the passages
     */
    public Line {
      ids = List.copyOf(ids);
    }
  }

  /**
   * {@return the next row, or null at the end}
   *
   * @throws IOException if the lines cannot be read, or one is of another form
   */
  public @Nullable Line next() throws IOException {
    Line first = ahead == null ? read() : ahead;
    ahead = null;
    if (first == null) {
      return null;
    }
    List<Long> ids = new ArrayList<>(first.ids());
    for (Line more = read(); more != null; more = read()) {
      if (!more.key().equals(first.key())) {
        ahead = more;
        break;
      }
      ids.addAll(more.ids());
    }
    return new Line(first.key(), first.hash(), ids);
  }

  private @Nullable Line read() throws IOException {
    String text;
    do {
      text = lines.readLine();
      number++;
    } while (text != null && text.isBlank());
    if (text == null) {
      return null;
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      if (!node.path("id").canConvertToLong() || node.get("id").asLong() < 0) {
        throw unexpected("an id of 0 or more, got " + node.path("id"));
      }
      String sort = names.sort();
      Object partition = part(node.path("key"), names.partition());
      RowKey key =
          sort == null ? RowKey.of(partition) : RowKey.of(partition, part(node.path("key"), sort));
      return new Line(key, node.path("hash").asText(""), List.of(node.get("id").asLong()));
    } catch (JsonProcessingException e) {
      throw unexpected("a JSON object, got " + e.getOriginalMessage());
    }
  }

  private Object part(JsonNode key, String name) throws IOException {
    JsonNode value = key.path(name);
    if (value.isNumber()) {
      return value.decimalValue();
    } else if (value.isTextual() && !value.asText().isEmpty()) {
      return value.asText();
    }
    throw unexpected("a string or number as " + name + " of the key, got " + value);
  }

  private IOException unexpected(String message) {
    return new IOException("keys: expected " + message + "; line=" + number);
  }
}
