package dev.faissjvm.cli.serve;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query of a request, decoded. A parameter that nobody asked for is an error, not silence. */
final class Parameters {

  private static final int MOST = 64;

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  /**
   * Reads a raw query.
   *
   * @param rawQuery what stands behind the question mark, or null
   * @throws IllegalArgumentException if it is not encoded as a query is
   */
  Parameters(@Nullable String rawQuery) {
    if (rawQuery == null || rawQuery.isEmpty()) {
      return;
    }
    String[] pairs = rawQuery.split("&", -1);
    if (pairs.length > MOST) {
      throw new IllegalArgumentException(
          "query: expected at most " + MOST + " parameters, got " + pairs.length);
    }
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
  }

  /** Checks that there are no others. */
  void onlyOf(List<String> names) {
    for (String name : values.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "query: expected parameters of " + names + ", got another one");
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
