package dev.faissjvm.sync.search;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, from its query and its body. One that nobody asked for is an error,
 * not silence.
 */
final class RouterParameters {

  private static final int MOST = 64;
  private static final ObjectReader JSON =
      new ObjectMapper()
          .reader()
          .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  /**
   * Reads a raw query.
   *
   * @param rawQuery what stands behind the question mark, or null
   * @throws IllegalArgumentException if it is not encoded as a query is
   */
  RouterParameters(@Nullable String rawQuery) {
    if (rawQuery == null || rawQuery.isEmpty()) {
      return;
    }
    String[] pairs = rawQuery.split("&", -1);
    checkCount("query", pairs.length);
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      add(name, value);
    }
  }

  /**
   * Adds the members of a JSON object: texts, numbers and truths, and arrays of these.
   *
   * @param body the object
   * @throws IllegalArgumentException if it is no such object
   */
  void addJson(byte[] body) {
    JsonNode object;
    try {
      object = JSON.readTree(body);
    } catch (IOException e) {
      throw new IllegalArgumentException("body: expected a JSON object, got none that is whole", e);
    }
    if (!object.isObject()) {
      throw new IllegalArgumentException("body: expected a JSON object, got another value");
    }
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      JsonNode value = member.getValue();
      checkCount(member.getKey(), value.size());
      for (JsonNode one : value.isArray() ? value : List.of(value)) {
        if (!one.isValueNode() || one.isNull()) {
          throw new IllegalArgumentException(
              member.getKey() + ": expected a text, a number or an array of these");
        }
        add(member.getKey(), one.asText());
      }
    }
  }

  private void add(String name, String value) {
    values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  private static void checkCount(String what, int count) {
    if (count > MOST) {
      throw new IllegalArgumentException(
          what + ": expected at most " + MOST + " parameters, got " + count);
    }
  }

  /** Checks that there are no others. */
  void onlyOf(List<String> names) {
    for (String name : values.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "request: expected parameters of " + names + ", got another one");
      }
    }
  }

  /** Returns a parameter that stands at most once; null if it is absent or empty. */
  @Nullable String one(String name) {
    List<String> found = values.getOrDefault(name, List.of());
    if (found.size() > 1) {
      throw new IllegalArgumentException(name + ": expected once, got " + found.size() + " times");
    }
    return found.isEmpty() || found.get(0).isEmpty() ? null : found.get(0);
  }

  /** Returns a parameter that may stand often, without empty ones. */
  List<String> all(String name) {
    return values.getOrDefault(name, List.of()).stream().filter(v -> !v.isEmpty()).toList();
  }

  /** Returns a whole number within bounds. */
  int number(String name, int otherwise, int least, int most) {
    String text = one(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The message below says what was expected.
    }
    throw new IllegalArgumentException(name + ": expected " + least + " to " + most);
  }

  /** Returns a number, or null if it is absent. */
  @Nullable Double decimal(String name) {
    String text = one(name);
    if (text == null) {
      return null;
    }
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The message below says what was expected.
    }
    throw new IllegalArgumentException(name + ": expected a number");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
