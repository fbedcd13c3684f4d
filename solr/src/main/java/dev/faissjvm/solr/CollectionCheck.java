package dev.faissjvm.solr;

import dev.faissjvm.sync.change.UnusableIndexException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.solr.client.solrj.request.schema.FieldTypeDefinition;
import org.apache.solr.client.solrj.response.schema.SchemaRepresentation;
import org.apache.solr.common.util.NamedList;
import org.jspecify.annotations.Nullable;

/**
 * Compares a collection with the config set of this module, as far as the index rests on it. What
 * somebody added is passed over.
 *
 * <p><b>Errors.</b> {@link UnusableIndexException} for the first difference.
 *
 * @param collection its name
 * @param dimension components of each vector
 */
record CollectionCheck(String collection, int dimension) {

  private static final String CODEC = "dev.faissjvm.solr.FaissCodecFactory";
  private static final Pattern ELEMENT =
      Pattern.compile("<(fieldType|field|dynamicField) ([^>]*)>");
  private static final Pattern ATTRIBUTE = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  /** Refuses a schema that lacks something, or has it otherwise. */
  void schema(SchemaRepresentation theirs) {
    expect("schema name", SolrFields.SCHEMA, theirs.getName());
    expect("uniqueKey", SolrFields.ID, theirs.getUniqueKey());
    Map<String, Map<String, Object>> found = new HashMap<>();
    theirs.getFields().forEach(field -> found.put("field " + field.get("name"), field));
    theirs
        .getDynamicFields()
        .forEach(field -> found.put("dynamicField " + field.get("name"), field));
    theirs.getFieldTypes().stream()
        .map(FieldTypeDefinition::getAttributes)
        .forEach(type -> found.put("fieldType " + type.get("name"), type));
    Matcher element = ELEMENT.matcher(new SolrConfigSet(dimension).text("schema.xml"));
    while (element.find()) {
      Map<String, String> ours = attributes(element.group(2));
      String what = element.group(1) + " " + ours.get("name");
      Map<String, Object> its = found.get(what);
      if (its == null) {
        throw unusable(what, "none");
      }
      ours.forEach((name, value) -> expect(what + " " + name, value, its.get(name)));
      expect(
          what + " multiValued",
          ours.getOrDefault("multiValued", "false"),
          its.getOrDefault("multiValued", "false"));
    }
  }

  private static Map<String, String> attributes(String text) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Matcher attribute = ATTRIBUTE.matcher(text);
    while (attribute.find()) {
      attributes.put(attribute.group(1), attribute.group(2));
    }
    return attributes;
  }

  /** Refuses a config by which Solr would write vectors itself. */
  void config(NamedList<Object> theirs) {
    expect("codecFactory class", CODEC, theirs._get("config/codecFactory/class"));
  }

  private void expect(String what, String expected, @Nullable Object got) {
    if (!expected.equals(String.valueOf(got))) {
      throw unusable(what + "=" + expected, got == null ? "none" : got);
    }
  }

  private UnusableIndexException unusable(String expected, Object got) {
    return new UnusableIndexException(
        "collection: expected "
            + expected
            + ", got "
            + got
            + "; collection="
            + collection
            + "; make one with this project's config set, for this model, and sync into that",
        null);
  }
}
