package dev.faissjvm.embedder.model;

import dev.faissjvm.embedder.EmbedderException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The texts a model wants before its inputs, by name.
 *
 * @param byName in the file's order
 * @param defaultName which one is used when none is asked for, or null for none
 */
public record Prompts(Map<String, String> byName, @Nullable String defaultName) {
  private static final List<String> DOCUMENT_NAMES = List.of("document", "passage", "corpus");

  /**
   * Copies the map.
   *
   * @param byName in the file's order
   * @param defaultName one of them, or null
   */
  public Prompts {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /** Reads them from {@code config_sentence_transformers.json}. */
  static Prompts read(JsonFile json) {
    JsonFile object = json.object("prompts");
    Map<String, String> byName = new LinkedHashMap<>();
    for (String name : object.fields()) {
      byName.put(name, object.text(name));
    }
    String defaultName = json.textOrNull("default_prompt_name");
    if (defaultName != null && !byName.containsKey(defaultName)) {
      throw new EmbedderException(
          json.name()
              + ": default_prompt_name: expected one of "
              + byName.keySet()
              + ", got "
              + defaultName);
    }
    return new Prompts(byName, defaultName);
  }

  /**
   * Returns what stands before a text when nothing is said.
   *
   * @return the prompt, empty for none
   */
  public String unnamed() {
    return defaultName == null ? "" : byName.getOrDefault(defaultName, "");
  }

  /**
   * Returns what stands before a query.
   *
   * @return the prompt named query, else the default one
   */
  public String query() {
    return byName.getOrDefault("query", unnamed());
  }

  /**
   * Returns what stands before a document.
   *
   * @return the prompt named document, passage or corpus, else the default one
   */
  public String document() {
    for (String name : DOCUMENT_NAMES) {
      String prompt = byName.get(name);
      if (prompt != null) {
        return prompt;
      }
    }
    return unnamed();
  }
}
