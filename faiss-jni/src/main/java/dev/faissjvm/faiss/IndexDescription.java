package dev.faissjvm.faiss;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an index is made of: its kind, sizes and parameters, and the indexes inside it.
 *
 * <pre>{@code
 * for (IndexDescription part : index.describe().flatten()) {
 *   println(part.role() + " " + part.kind() + ", " + part.count() + " vectors");
 * }
 * }</pre>
 *
 * @param role what it is to the index around it: {@code index}, {@code quantizer}, {@code storage},
 *     {@code base}, {@code refine}
 * @param kind Faiss's class, such as {@code IndexIVFFlat}; {@code none} for a part left out of the
 *     file
 * @param dimension components of a vector
 * @param count vectors stored
 * @param metric how vectors are compared
 * @param trained whether vectors can be added
 * @param parameters by Faiss's names, in a fixed order
 * @param parts the indexes inside
 */
public record IndexDescription(
    String role,
    String kind,
    int dimension,
    long count,
    Metric metric,
    boolean trained,
    Map<String, String> parameters,
    List<IndexDescription> parts) {

  /** {@return this part and all inside it, outer before inner} */
  public List<IndexDescription> flatten() {
    List<IndexDescription> all = new ArrayList<>();
    all.add(this);
    parts.forEach(part -> all.addAll(part.flatten()));
    return all;
  }

  /** {@return kinds from the outside in, such as {@code IndexIDMap2 > IndexFlat}} */
  public String chain() {
    return parts.isEmpty() ? kind : kind + " > " + parts.get(0).chain();
  }

  /** Reads what describe.h of faiss-native writes. */
  static IndexDescription parse(String text) {
    Deque<String> lines = new ArrayDeque<>(List.of(text.split("\n", -1)));
    return next(lines);
  }

  private static IndexDescription next(Deque<String> lines) {
    String[] fields = lines.remove().split("\t", -1);
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 7; i < fields.length; i++) {
      int equals = fields[i].indexOf('=');
      String name = fields[i].substring(0, equals);
      parameters.merge(name, fields[i].substring(equals + 1), (first, more) -> first + ", " + more);
    }
    int depth = Integer.parseInt(fields[0]);
    List<IndexDescription> parts = new ArrayList<>();
    while (!lines.isEmpty() && depthOf(lines.element()) > depth) {
      parts.add(next(lines));
    }
    return new IndexDescription(
        fields[1],
        fields[2],
        Integer.parseInt(fields[3]),
        Long.parseLong(fields[4]),
        Metric.of(Integer.parseInt(fields[5])),
        fields[6].equals("1"),
        Collections.unmodifiableMap(parameters),
        List.copyOf(parts));
  }

  private static int depthOf(String line) {
    return Integer.parseInt(line.substring(0, line.indexOf('\t')));
  }
}
