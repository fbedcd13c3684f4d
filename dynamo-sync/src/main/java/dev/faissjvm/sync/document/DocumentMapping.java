package dev.faissjvm.sync.document;

import dev.faissjvm.sync.change.BadRowException;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is taken from a row: its text, its filter fields, and what is kept to be shown.
 *
 * <p><b>Text.</b> A template such as <code>{title}. {body.summary}</code>: names in braces are
 * attributes, a dot goes into a map, everything else stands for itself. A plain attribute is the
 * template of that one name. A list or set of strings is joined by commas.
 *
 * <p><b>Filters.</b> Named paths with a {@link FieldType}. A row without the attribute lacks the
 * field; a row whose value is of another type is parked.
 *
 * <p><b>Fields.</b> Kept are the attributes that text and filters come from, and every other one
 * that takes at most {@link #MAX_FIELD_BYTES}.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * <pre>{@code
 * DocumentMapping mapping =
 *     DocumentMapping.of(KeyNames.of("shop", "sku"), "{title}. {description}")
 *         .withFilter("price", FieldType.NUMBER)
 *         .withFilter("tags", FieldType.STRING);
 * }</pre>
 */
public final class DocumentMapping {

  /** The size above which an attribute that nothing else needs is not kept, in bytes. */
  public static final int MAX_FIELD_BYTES = 8 * 1024;

  private static final String FILTER = "filter.";

  private final KeyNames keys;
  private final TextTemplate template;
  private final int passageChars;
  private final Map<String, FieldType> filters;
  private final String described;

  private DocumentMapping(
      KeyNames keys, TextTemplate template, int passageChars, Map<String, FieldType> filters) {
    this.keys = keys;
    this.template = template;
    this.passageChars = passageChars;
    this.filters = Collections.unmodifiableMap(new TreeMap<>(filters));
    this.described = settings().toString();
  }

  /** {@return the mapping of a table of the original recipe: the text is {@code content}} */
  public static DocumentMapping recipe() {
    return of(KeyNames.recipe(), "{content}");
  }

  /**
   * Returns a mapping without filters.
   *
   * @param keys the names of the key attributes
   * @param template the text, as the class comment says
   * @return a mapping without filters
   * @throws IllegalArgumentException if the template names no attribute, or a brace is left open
   */
  public static DocumentMapping of(KeyNames keys, String template) {
    return new DocumentMapping(keys, TextTemplate.parse(template), 0, Map.of());
  }

  /**
   * Adds a filter field.
   *
   * @param path the attribute's name, or a path with dots
   * @param type how its values compare
   * @return a new mapping
   */
  public DocumentMapping withFilter(String path, FieldType type) {
    Map<String, FieldType> more = new TreeMap<>(filters);
    more.put(path, type);
    return new DocumentMapping(keys, template, passageChars, more);
  }

  /**
   * Splits longer texts into passages that get a vector each and answer as one row.
   *
   * @param chars about how many chars a passage has, at least 100; 0 embeds the text whole, cut
   *     where the model's limit is
   * @return a new mapping
   */
  public DocumentMapping withPassages(int chars) {
    if (chars != 0 && chars < 100) {
      throw new IllegalArgumentException(
          "passages: expected 0 or at least 100 chars, got " + chars);
    }
    return new DocumentMapping(keys, template, chars, filters);
  }

  /**
   * Reads what {@link #settings} wrote.
   *
   * @param settings names and values
   * @return what {@link #settings} wrote
   * @throws IllegalArgumentException if one is missing or makes no sense
   */
  public static DocumentMapping read(Map<String, String> settings) {
    String partition = settings.get("keys.partition");
    String template = settings.get("text.template");
    if (partition == null || template == null) {
      throw new IllegalArgumentException(
          "mapping: expected keys.partition and text.template, got " + settings.keySet());
    }
    DocumentMapping mapping =
        of(new KeyNames(partition, settings.get("keys.sort")), template)
            .withPassages(Integer.parseInt(settings.getOrDefault("text.passageChars", "0")));
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      if (setting.getKey().startsWith(FILTER)) {
        mapping =
            mapping.withFilter(
                setting.getKey().substring(FILTER.length()), FieldType.valueOf(setting.getValue()));
      }
    }
    return mapping;
  }

  /** {@return this mapping as names and values, for keeping beside an index} */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("keys.partition", keys.partition());
    String sort = keys.sort();
    if (sort != null) {
      settings.put("keys.sort", sort);
    }
    settings.put("text.template", template.source());
    settings.put("text.passageChars", Integer.toString(passageChars));
    filters.forEach((name, type) -> settings.put(FILTER + name, type.name()));
    return settings;
  }

  /** {@return the names of the key attributes} */
  public KeyNames keys() {
    return keys;
  }

  /** {@return the text template} */
  public String template() {
    return template.source();
  }

  /** {@return the filter fields by name} */
  public Map<String, FieldType> filters() {
    return filters;
  }

  /** {@return the top-level attributes that the text comes from} */
  public Set<String> textAttributes() {
    return template.attributes();
  }

  /** {@return the top-level attributes that the filter fields may come from} */
  public Set<String> filterAttributes() {
    Set<String> attributes = new TreeSet<>();
    for (String path : filters.keySet()) {
      attributes.add(path);
      attributes.add(AttributePath.root(path));
    }
    return attributes;
  }

  /**
   * Makes a document of a row.
   *
   * @param row the row
   * @return a document of a row
   * @throws BadRowException if it has no text, or an attribute is of a type that cannot be used
   */
  public Document document(Row row) {
    String text = template.render(row);
    Map<String, List<Object>> values = new TreeMap<>();
    for (Map.Entry<String, FieldType> filter : filters.entrySet()) {
      List<Object> found = FilterValues.of(row, filter.getKey(), filter.getValue());
      if (!found.isEmpty()) {
        values.put(filter.getKey(), found);
      }
    }
    Map<String, Object> fields = keptFields(row);
    String textHash = ContentHash.ofText(passageChars + ":" + text);
    return new Document(
        row.key(), text, passages(text), values, fields, textHash, rowHash(textHash, fields));
  }

  /**
   * Returns the hash that stands for a row that cannot be a document.
   *
   * @param row the row
   * @return the hash that stands for a row that cannot be a document
   */
  public String parkedHash(Row row) {
    return rowHash("", row.attributes());
  }

  private String rowHash(String textHash, Map<String, Object> fields) {
    return ContentHash.of(textHash, described, fields);
  }

  /**
   * {@return the attributes of a row that are kept}
   *
   * @param row the row
   */
  public Map<String, Object> keptFields(Row row) {
    Map<String, Object> kept = new TreeMap<>();
    row.attributes()
        .forEach(
            (name, value) -> {
              boolean needed = keys.contains(name) || isUsed(name);
              if (needed || ValueCodec.encodedBytes(value) <= MAX_FIELD_BYTES) {
                kept.put(name, value);
              }
            });
    return kept;
  }

  private boolean isUsed(String attribute) {
    if (template.attributes().contains(attribute)) {
      return true;
    }
    for (String path : filters.keySet()) {
      if (path.equals(attribute) || path.startsWith(attribute + ".")) {
        return true;
      }
    }
    return false;
  }

  private List<Document.Passage> passages(String text) {
    if (passageChars == 0 || text.length() <= passageChars) {
      return List.of(new Document.Passage(0, text.length()));
    }
    return new ArrayList<>(PassageSplitter.split(text, passageChars));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DocumentMapping that && settings().equals(that.settings());
  }

  @Override
  public int hashCode() {
    return settings().hashCode();
  }

  /** Returns {@link #settings()} as text. */
  @Override
  public String toString() {
    return settings().toString();
  }
}
