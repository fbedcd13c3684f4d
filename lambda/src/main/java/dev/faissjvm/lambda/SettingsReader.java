package dev.faissjvm.lambda;

import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Takes variables one by one, and gathers what is wrong with all of them. */
final class SettingsReader {

  private static final String PREFIX = "FAISSJVM_";

  private final Map<String, String> left = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();

  SettingsReader(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            left.put(name, value.strip());
          }
        });
  }

  Settings read() {
    String table = required("TABLE");
    Path storage = Path.of(required("STORAGE"));
    String model = model(required("MODEL"));
    KeyNames keys = keys(or("KEYS", KeyNames.recipe().toString()));
    TableLayout layout =
        TableLayout.of(table, keys)
            .withPending(
                or("PENDING_INDEX", "faiss_pending"), or("PENDING_ATTRIBUTE", "faiss_pending"));
    DocumentMapping mapping = mapping(keys);
    Duration margin = seconds("MARGIN_SECONDS", 30, 1, 600);
    Duration lease = seconds("LEASE_SECONDS", 60, 10, 900);
    S3Address snapshots = address("SNAPSHOTS");
    Duration refresh = seconds("REFRESH_SECONDS", 10, 1, 3_600);
    String origin = optional("CORS_ORIGIN");
    String key = optional("API_KEY");
    if (key != null && key.length() < Settings.MIN_API_KEY) {
      wrong.add(
          "FAISSJVM_API_KEY: expected at least "
              + Settings.MIN_API_KEY
              + " characters, got "
              + key.length());
    }
    left.keySet().forEach(name -> wrong.add(name + ": expected one of the known names"));
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", wrong));
    }
    return new Settings(
        layout, mapping, storage, model, margin, lease, snapshots, refresh, origin, key);
  }

  private @Nullable String optional(String name) {
    String value = left.remove(PREFIX + name);
    return value == null || value.isEmpty() ? null : value;
  }

  private String or(String name, String otherwise) {
    String value = optional(name);
    return value == null ? otherwise : value;
  }

  private String required(String name) {
    String value = optional(name);
    if (value == null) {
      wrong.add(PREFIX + name + ": expected a value, got none");
      return "none";
    }
    return value;
  }

  private Duration seconds(String name, int otherwise, int least, int most) {
    String value = optional(name);
    if (value == null) {
      return Duration.ofSeconds(otherwise);
    }
    if (value.matches("[0-9]{1,6}")) {
      int seconds = Integer.parseInt(value);
      if (seconds >= least && seconds <= most) {
        return Duration.ofSeconds(seconds);
      }
    }
    wrong.add(
        PREFIX + name + ": expected " + least + " to " + most + " seconds, got '" + value + "'");
    return Duration.ofSeconds(otherwise);
  }

  private String model(String value) {
    try {
      if (value.startsWith("s3:")) {
        S3Address.of(value);
      }
    } catch (IllegalArgumentException e) {
      wrong.add("FAISSJVM_MODEL: " + e.getMessage());
    }
    return value;
  }

  private @Nullable S3Address address(String name) {
    String value = optional(name);
    try {
      return value == null ? null : S3Address.of(value);
    } catch (IllegalArgumentException e) {
      wrong.add(PREFIX + name + ": " + e.getMessage());
      return null;
    }
  }

  private KeyNames keys(String value) {
    String[] names = value.split(",", -1);
    try {
      if (names.length <= 2) {
        return new KeyNames(names[0].strip(), names.length == 1 ? null : names[1].strip());
      }
      wrong.add("FAISSJVM_KEYS: expected one name or two, got '" + value + "'");
    } catch (IllegalArgumentException e) {
      wrong.add("FAISSJVM_KEYS: " + e.getMessage());
    }
    return KeyNames.recipe();
  }

  private DocumentMapping mapping(KeyNames keys) {
    String text = or("TEXT", "content");
    String filters = or("FILTERS", "");
    String passages = optional("PASSAGE_CHARS");
    DocumentMapping mapping = DocumentMapping.of(keys, "{content}");
    try {
      mapping = DocumentMapping.of(keys, text.contains("{") ? text : "{" + text + "}");
    } catch (IllegalArgumentException e) {
      wrong.add("FAISSJVM_TEXT: " + e.getMessage());
    }
    for (String filter : filters.isEmpty() ? new String[0] : filters.split(",", -1)) {
      mapping = withFilter(mapping, filter.strip());
    }
    return passages == null ? mapping : withPassages(mapping, passages);
  }

  private DocumentMapping withFilter(DocumentMapping mapping, String filter) {
    int equals = filter.indexOf('=');
    try {
      String type = filter.substring(equals + 1).toUpperCase(Locale.ROOT);
      return mapping.withFilter(filter.substring(0, Math.max(0, equals)), FieldType.valueOf(type));
    } catch (IllegalArgumentException e) {
      wrong.add(
          "FAISSJVM_FILTERS: expected field=string, field=number or field=boolean, got '"
              + filter
              + "'");
      return mapping;
    }
  }

  private DocumentMapping withPassages(DocumentMapping mapping, String chars) {
    try {
      return mapping.withPassages(Integer.parseInt(chars));
    } catch (IllegalArgumentException e) {
      wrong.add("FAISSJVM_PASSAGE_CHARS: expected a number of chars, got '" + chars + "'");
      return mapping;
    }
  }
}
