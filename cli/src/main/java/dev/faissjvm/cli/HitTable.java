package dev.faissjvm.cli;

import dev.faissjvm.cli.console.TextTable;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.search.SearchHit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Hits as a table for people: rank, the key or chosen fields, score. */
final class HitTable {

  private HitTable() {}

  /**
   * Lays out hits.
   *
   * @param hits the hits, at least one
   * @param keys the names of the key attributes
   * @param shown the fields to show; the last one is cut to fit; empty for key and all fields
   * @return the table
   */
  static TextTable of(List<SearchHit> hits, KeyNames keys, List<String> shown) {
    List<String> fields = new ArrayList<>(shown);
    boolean withKey = shown.isEmpty();
    if (withKey) {
      fields.addAll(allFields(hits, keys));
    }
    List<String> names = new ArrayList<>(List.of("#", "score"));
    if (withKey) {
      names.add("key");
    }
    names.addAll(fields);
    TextTable table = new TextTable(names.size() - 1, names.toArray(new String[0]));
    for (SearchHit hit : hits) {
      List<String> cells = new ArrayList<>();
      cells.add(String.valueOf(hit.rank()));
      cells.add(String.format(Locale.ROOT, "%.3f", hit.score()));
      if (withKey) {
        cells.add(hit.key().toString());
      }
      for (String field : fields) {
        Object value = hit.fields().get(field);
        cells.add(value == null ? "" : String.valueOf(value));
      }
      table.add(cells.toArray(new String[0]));
    }
    return table;
  }

  /** The fields of all hits but the key's, short ones first so that the longest may be cut. */
  private static List<String> allFields(List<SearchHit> hits, KeyNames keys) {
    Set<String> names = new TreeSet<>();
    hits.forEach(hit -> names.addAll(hit.fields().keySet()));
    names.removeIf(keys::contains);
    List<String> fields = new ArrayList<>(names);
    fields.sort(
        Comparator.comparingInt(
            name ->
                hits.stream()
                    .mapToInt(hit -> String.valueOf(hit.fields().get(name)).length())
                    .max()
                    .orElse(0)));
    return fields;
  }
}
