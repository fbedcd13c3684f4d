package dev.faissjvm.sync.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * A hit as JSON, an interface that stays.
 *
 * <pre>
 * {"rank":1,"key":{"content_group":"noun","content_id":"1"},"score":0.71,"fields":{...}}
 * </pre>
 *
 * <p>Numbers stay numbers with all their digits, scores have six; bytes become base64. Objects may
 * get more members in later versions; those above stay.
 */
public final class HitJson {

  private static final MathContext SCORE = new MathContext(6);

  private HitJson() {}

  /**
   * Returns a hit; its key's attributes stand in {@code key} and not again in {@code fields}.
   *
   * @param hit the hit
   * @param keys the names of the key attributes
   * @return an object as above
   */
  public static ObjectNode of(SearchHit hit, KeyNames keys) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
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
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    key.attributes(keys).forEach((name, value) -> set(object, name, value));
    return object;
  }

  private static BigDecimal score(double score) {
    BigDecimal rounded = new BigDecimal(score).round(SCORE).stripTrailingZeros();
    return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
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
        ObjectNode holder = JsonNodeFactory.instance.objectNode();
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
