package dev.faissjvm.lambda.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A CloudFormation template as maps and lists; {@code !Ref X} becomes {@code {Ref: X}}. */
public final class Template {

  private final Map<String, Object> root;

  public Template(String yaml) {
    this.root = map(new Yaml(new Tags()).load(yaml));
  }

  /** Short forms of functions have their names as tags. */
  private static final class Tags extends SafeConstructor {
    Tags() {
      super(options());
    }

    /** CloudFormation knows no aliases, though validators take them. */
    private static LoaderOptions options() {
      LoaderOptions options = new LoaderOptions();
      options.setMaxAliasesForCollections(0);
      return options;
    }

    @Override
    protected Object constructObject(Node node) {
      String tag = node.getTag().getValue();
      if (!tag.startsWith("!")) {
        return super.constructObject(node);
      }
      String name = tag.equals("!Ref") ? "Ref" : "Fn::" + tag.substring(1);
      return new LinkedHashMap<>(Map.of(name, plain(node)));
    }

    private Object plain(Node node) {
      if (node instanceof ScalarNode scalar) {
        return scalar.getValue();
      } else if (node instanceof SequenceNode sequence) {
        List<Object> list = new ArrayList<>();
        sequence.getValue().forEach(item -> list.add(constructObject(item)));
        return list;
      }
      return constructMapping((MappingNode) node);
    }
  }

  /** Returns the resources by logical name. */
  public Map<String, Object> resources() {
    return map(root.get("Resources"));
  }

  /** Returns the resources of a type by logical name. */
  public Map<String, Object> ofType(String type) {
    Map<String, Object> found = new LinkedHashMap<>();
    resources()
        .forEach(
            (name, resource) -> {
              if (type.equals(map(resource).get("Type"))) {
                found.put(name, resource);
              }
            });
    return found;
  }

  /** Returns what stands under names and positions, or an empty map. */
  public static Object at(@Nullable Object from, Object... path) {
    Object found = from == null ? Map.of() : from;
    for (Object step : path) {
      if (found instanceof Map<?, ?> map && map.containsKey(step)) {
        found = map.get(step);
      } else if (found instanceof List<?> list && step instanceof Integer at && at < list.size()) {
        found = list.get(at);
      } else {
        return Map.of();
      }
    }
    return found;
  }

  /** Returns a map of the template. */
  @SuppressWarnings("unchecked") // YAML's keys are texts here
  public static Map<String, Object> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  /** Returns a list of the template; a single value is a list of one. */
  public static List<?> list(Object value) {
    return value instanceof List<?> list ? list : List.of(value);
  }
}
