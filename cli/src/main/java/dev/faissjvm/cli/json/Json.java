package dev.faissjvm.cli.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.sync.VerifyReport;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.search.SearchHit;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON of the commands: one object a line, an interface that stays.
 *
 * <pre>
 * search  {"rank":1,"key":{"content_group":"noun","content_id":"1"},"score":0.71,"fields":{...}}
 * verify  {"rows":5,"stale":0,"missing":0,"ghost":0,"pending":0}
 * embed   {"text":"...","vector":[...]}
 * export  {"id":0,"key":{...},"hash":"..."}, in the file beside the vectors
 * </pre>
 *
 * <p>Numbers stay numbers with all their digits, scores have six; bytes become base64. Objects may
 * get more members in later versions; those above stay.
 */
public final class Json {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final MathContext SCORE = new MathContext(6);

  private Json() {}

  /**
   * Returns a hit; its key's attributes stand in {@code key} and not again in {@code fields}.
   *
   * @param hit the hit
   * @param keys the names of the key attributes
   * @return an object as above
   */
  public static ObjectNode hit(SearchHit hit, KeyNames keys) {
    ObjectNode object = MAPPER.createObjectNode();
    object.put("rank", hit.rank());
    object.set("key", key(hit.key(), keys));
    object.put("score", score(hit.score()));
    ObjectNode fields = object.putObject("fields");
    new TreeMap<>(hit.fields())
        .forEach(
            (name, value) -> {
              if (!keys.contains(name)) {
                set(fields, name, value);
              }
            });
    if (!hit.highlights().isEmpty()) {
      ArrayNode highlights = object.putArray("highlights");
      hit.highlights().forEach(highlights::add);
    }
    return object;
  }

  /**
   * Returns a key under its attributes' names.
   *
   * @param key the key
   * @param keys the names
   * @return one member a part
   */
  public static ObjectNode key(RowKey key, KeyNames keys) {
    ObjectNode object = MAPPER.createObjectNode();
    key.attributes(keys).forEach((name, value) -> set(object, name, value));
    return object;
  }

  /**
   * Writes which row an exported vector is of; {@link ExportedKeys} reads it.
   *
   * @param id the vector's number in the Faiss file
   * @param key the row's key
   * @param hash the hash of the text that it was made of
   * @param keys the names of the key attributes
   * @return one line
   */
  public static String exported(long id, RowKey key, String hash, KeyNames keys) {
    ObjectNode object = MAPPER.createObjectNode();
    object.put("id", id);
    object.set("key", key(key, keys));
    object.put("hash", hash);
    return line(object);
  }

  /**
   * Returns what a check found; an entry too many for a row is a ghost.
   *
   * @param report what the check says
   * @return an object as above
   */
  public static ObjectNode report(VerifyReport report) {
    ObjectNode object = MAPPER.createObjectNode();
    object.put("rows", report.rows());
    object.put("stale", report.stale());
    object.put("missing", report.missing());
    object.put("ghost", report.ghost() + report.doubled());
    object.put("pending", report.pending());
    return object;
  }

  private static BigDecimal score(double score) {
    BigDecimal rounded = new BigDecimal(score).round(SCORE).stripTrailingZeros();
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
  }

  /** {@return an empty object} */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Writes an object on one line.
   *
   * @param object the object
   * @return its JSON
   */
  public static String line(ObjectNode object) {
    try {
      return MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("json: expected a plain tree, got " + object, e);
    }
  }

  private static void set(ObjectNode object, String name, Object value) {
    if (value instanceof BigDecimal number) {
      // 1E+3 is a number too, but not one that every reader of JSON expects for a thousand.
      object.put(name, number.scale() < 0 ? number.setScale(0) : number);
    } else if (value instanceof Boolean truth) {
      object.put(name, truth);
    } else if (value instanceof Map<?, ?> map) {
      ObjectNode inner = object.putObject(name);
      map.forEach((key, part) -> set(inner, String.valueOf(key), part));
    } else if (value instanceof Collection<?> parts) {
      // The object is only a place for the element: an array has no names.
      ArrayNode array = object.putArray(name);
      for (Object part : parts) {
        ObjectNode holder = MAPPER.createObjectNode();
        set(holder, name, part);
        array.add(holder.get(name));
      }
    } else if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      object.put(name, Base64.getEncoder().encodeToString(copy));
    } else if (value instanceof Enum<?>) {
      object.putNull(name);
    } else {
      object.put(name, String.valueOf(value));
    }
  }
}
