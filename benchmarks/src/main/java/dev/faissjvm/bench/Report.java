package dev.faissjvm.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A run as tables in Markdown: a row a case, a column a contestant, ours first.
 *
 * <p>A cell has the median of the rounds; behind it stands how the contestant compares with the
 * first of its row, above 1 where the first is the better, and what is beside the time.
 */
final class Report {

  private static final Map<String, String> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("limits", "What the machine can do");
    GROUPS.put("faiss", "Faiss: a search through Java, through C++, through Python");
    GROUPS.put("choice", "Kinds of index: at a recall of 0.95, or the best they reach");
    GROUPS.put("lucene", "Search engines: at equal recall");
    GROUPS.put("encoder", "Texts to vectors");
    GROUPS.put("line", "The whole line: rows of a table into an index");
    GROUPS.put("million", "A million rows on one machine");
    GROUPS.put("growth", "What grows with what");
    GROUPS.put("jmh", "Hot paths under JMH: time and allocation a call");
  }

  private Report() {}

  /**
   * Returns the whole page.
   *
   * @param runs result files by name; of those that have a figure the last one of each JDK is shown
   */
  static String page(Map<String, ResultFile> runs) {
    StringBuilder page = new StringBuilder("# Measured\n\n");
    page.append(
        "Medians of rounds in which every contestant had its turn; `x` is how the contestant compares"
            + " with the first of its row,\nabove 1 where the first is better. `±` is the middle half"
            + " of the rounds as a share of the median.\nShares of a limit are of what the same run measured: reading"
            + " memory and multiplying matrices by one thread, or a model's products alone; above 100 % where the\n"
            + "processor's caches give what is read. A file has the versions of all that took part.\n");
    GROUPS.forEach(
        (group, title) -> {
          String sections = sections(runs, group);
          if (!sections.isEmpty()) {
            page.append("\n## ").append(title).append("\n\n").append(sections);
          }
        });
    return page.toString();
  }

  /** Returns what each run has of a group, the last run first, without what a later one has. */
  private static String sections(Map<String, ResultFile> runs, String group) {
    List<Map.Entry<String, ResultFile>> latestFirst = new ArrayList<>(runs.entrySet());
    Collections.reverse(latestFirst);
    Set<String> shown = new HashSet<>();
    StringBuilder sections = new StringBuilder();
    for (Map.Entry<String, ResultFile> run : latestFirst) {
      String jdk = run.getValue().machine().jdkName();
      List<Result> all = run.getValue().group(group);
      List<Result> fresh =
          all.stream().filter(result -> !shown.contains(jdk + result.name())).toList();
      if (!fresh.isEmpty()) {
        sections.append(section(run.getValue(), run.getKey(), fresh));
      }
      all.forEach(result -> shown.add(jdk + result.name()));
    }
    return sections.toString();
  }

  private static String section(ResultFile run, String name, List<Result> results) {
    StringBuilder section = new StringBuilder(source(run, name)).append("\n\n");
    Plots.of(results, run.machine().jdkName())
        .keySet()
        .forEach(plot -> section.append("![").append(plot).append("](").append(plot).append(")\n"));
    return section.append('\n').append(tables(results, Shares.of(run))).toString();
  }

  /** Returns one line that says where the figures are from. */
  static String source(ResultFile run, String fileName) {
    Machine machine = run.machine();
    return String.format(
        Locale.ROOT,
        "[%s](%s): %s, %d cores (%s), %d GiB; faiss %s; %s; commit %s",
        run.started().substring(0, 10),
        fileName,
        machine.cpu(),
        machine.cores(),
        machine.simd(),
        Math.round(machine.memoryMib() / 1024.0),
        machine.versions().get("faiss"),
        machine.versions().get("jdk"),
        machine.commit());
  }

  /** Returns a table for each set of contestants, in the order in which they were measured. */
  static String tables(List<Result> results, Shares shares) {
    Map<String, List<Result>> cases = new LinkedHashMap<>();
    for (Result result : results) {
      cases
          .computeIfAbsent(result.name() + ", " + result.unit(), key -> new ArrayList<>())
          .add(result);
    }
    Map<List<String>, Map<String, List<Result>>> tables = new LinkedHashMap<>();
    cases.forEach(
        (name, row) ->
            tables
                .computeIfAbsent(
                    row.stream().map(Result::contestant).toList(), key -> new LinkedHashMap<>())
                .put(name, row));
    StringBuilder text = new StringBuilder();
    tables.forEach(
        (contestants, rows) -> text.append(table(contestants, rows, shares)).append('\n'));
    return text.toString();
  }

  private static String table(
      List<String> contestants, Map<String, List<Result>> rows, Shares shares) {
    StringBuilder text = new StringBuilder("| |");
    contestants.forEach(name -> text.append(' ').append(name).append(" |"));
    text.append("\n| --- |").append(" --- |".repeat(contestants.size())).append('\n');
    rows.forEach(
        (name, row) -> {
          text.append("| ").append(name).append(" |");
          for (int i = 0; i < row.size(); i++) {
            String against = i == 0 ? "" : against(row.get(i), row.get(0));
            String share = shares.text(row.get(i), row);
            text.append(' ').append(cell(row.get(i), against, share)).append(" |");
          }
          text.append('\n');
        });
    return text.toString();
  }

  /** Returns how a result compares with the first, above 1 where the first is better. */
  static String against(Result result, Result first) {
    double ratio = result.median() / first.median();
    return String.format(Locale.ROOT, " (%.2f x)", result.greaterIsBetter() ? 1 / ratio : ratio);
  }

  private static String cell(Result result, String against, String share) {
    StringBuilder cell = new StringBuilder(number(result.median())).append(against);
    cell.append(String.format(Locale.ROOT, " ±%.0f %%", 100 * result.spread()));
    result
        .beside()
        .forEach(
            (name, value) -> {
              if (!Shares.WORK.contains(name)) {
                cell.append(", ").append(name).append(' ').append(number(value));
              }
            });
    return cell.append(share).toString();
  }

  /** Writes a number with as many digits as it can have meant. */
  static String number(double value) {
    if (value != 0 && Math.abs(value) < 1 && value > 0.99) {
      return String.format(Locale.ROOT, "%.5f", value);
    }
    int digits =
        Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
