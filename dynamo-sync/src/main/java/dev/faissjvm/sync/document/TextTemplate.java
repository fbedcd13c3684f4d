package dev.faissjvm.sync.document;

import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A text with attribute paths in braces. Even parts stand for themselves, odd ones are paths. */
final class TextTemplate {

  private final String source;
  private final List<String> parts;
  private final Set<String> attributes;

  private TextTemplate(String source, List<String> parts) {
    this.source = source;
    this.parts = parts;
    this.attributes = new TreeSet<>();
    for (int i = 1; i < parts.size(); i += 2) {
      attributes.add(parts.get(i));
      attributes.add(AttributePath.root(parts.get(i)));
    }
  }

  static TextTemplate parse(String source) {
    List<String> parts = new ArrayList<>();
    int at = 0;
    while (true) {
      int open = source.indexOf('{', at);
      if (open < 0) {
        parts.add(source.substring(at));
        break;
      }
      int close = source.indexOf('}', open);
      if (close <= open + 1) {
        throw new IllegalArgumentException(
            "text template: expected an attribute between braces, got '" + source + "'");
      }
      parts.add(source.substring(at, open));
      parts.add(source.substring(open + 1, close));
      at = close + 1;
    }
    if (parts.size() == 1) {
      throw new IllegalArgumentException(
          "text template: expected an attribute in braces such as {content}, got '" + source + "'");
    }
    return new TextTemplate(source, List.copyOf(parts));
  }

  String source() {
    return source;
  }

  Set<String> attributes() {
    return attributes;
  }

  String render(Row row) {
    StringBuilder text = new StringBuilder();
    boolean found = false;
    for (int i = 0; i < parts.size(); i++) {
      if (i % 2 == 0) {
        text.append(parts.get(i));
        continue;
      }
      Object value = AttributePath.find(row.attributes(), parts.get(i));
      if (value != null && value != Row.Null.NULL) {
        String words = words(row, parts.get(i), value);
        found |= !words.isBlank();
        text.append(words);
      }
    }
    if (!found) {
      throw new BadRowException(
          row.key(), "text: expected text in " + paths() + ", got none; template=" + source);
    }
    return text.toString().strip();
  }

  private List<String> paths() {
    List<String> paths = new ArrayList<>();
    for (int i = 1; i < parts.size(); i += 2) {
      paths.add(parts.get(i));
    }
    return paths;
  }

  private static String words(Row row, String path, Object value) {
    if (value instanceof String text) {
      return text;
    } else if (value instanceof BigDecimal number) {
      return number.toPlainString();
    } else if (value instanceof Collection<?> many) {
      List<String> words = new ArrayList<>();
      for (Object one : many) {
        words.add(words(row, path, one));
      }
      return String.join(", ", words);
    }
    throw new BadRowException(
        row.key(), "text: expected a string in " + path + ", got " + ValueCodec.typeOf(value));
  }
}
