package dev.faissjvm.sync.document;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds a value by its path: an attribute's whole name first, else map by map along the dots. */
final class AttributePath {

  private AttributePath() {}

  static @Nullable Object find(Map<String, Object> attributes, String path) {
    Object whole = attributes.get(path);
    if (whole != null) {
      return whole;
    }
    Object value = attributes;
    for (String part : path.split("\\.", -1)) {
      if (!(value instanceof Map<?, ?> map)) {
        return null;
      }
      value = map.get(part);
    }
    return value;
  }

  /** Returns the top-level attribute that a path starts with. */
  static String root(String path) {
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }
}
