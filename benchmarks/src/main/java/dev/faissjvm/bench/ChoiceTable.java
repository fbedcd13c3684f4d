package dev.faissjvm.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of faiss-jni's page on choosing an index: each kind at the setting that was enough. */
final class ChoiceTable {

  private static final String GROUP = "choice";

  private ChoiceTable() {}

  /**
   * Returns a table for each set of vectors of the last run that measured kinds of index.
   *
   * @param folder where the result files lie, as seen from the page
   */
  static String of(Map<String, ResultFile> runs, String folder) {
    List<Map.Entry<String, ResultFile>> latestFirst = new ArrayList<>(runs.entrySet());
    Collections.reverse(latestFirst);
    for (Map.Entry<String, ResultFile> run : latestFirst) {
      Map<String, List<Result>> sets = new LinkedHashMap<>();
      for (Result result : run.getValue().group(GROUP)) {
        String set = result.name().substring(0, result.name().indexOf(": "));
        sets.computeIfAbsent(set, name -> new ArrayList<>()).add(result);
      }
      if (!sets.isEmpty()) {
        Machine machine = run.getValue().machine();
        StringBuilder text = new StringBuilder();
        text.append("From [").append(run.getKey()).append("](").append(folder);
        text.append(run.getKey()).append("): ").append(machine.cpuName());
        text.append(", ").append(machine.jdkName()).append(".\n");
        sets.forEach((set, results) -> text.append('\n').append(table(set, results)));
        return text.toString();
      }
    }
    return "";
  }

  private static String table(String set, List<Result> results) {
    StringBuilder text = new StringBuilder();
    text.append("| ")
        .append(set)
        .append(" | set to | time, us | recall | bytes a vector |")
        .append(" processor time to build, s |\n| --- | --- | ---: | ---: | ---: | ---: |\n");
    for (Result result : results) {
      Map<String, Double> beside = result.beside();
      String parameter =
          beside.entrySet().stream()
              .filter(entry -> ChoiceGroup.PARAMETERS.contains(entry.getKey()))
              .map(
                  entry ->
                      String.format(Locale.ROOT, "`%s=%.0f`", entry.getKey(), entry.getValue()))
              .collect(Collectors.joining());
      text.append(
          String.format(
              Locale.ROOT,
              "| `%s` | %s | %s | %.3f | %s | %s |%n",
              result.name().substring(set.length() + 2),
              parameter,
              Report.number(result.median()),
              beside.getOrDefault("recall", 0.0),
              Report.number(beside.getOrDefault(ChoiceGroup.BYTES_A_VECTOR, 0.0)),
              Report.number(beside.getOrDefault(ChoiceGroup.BUILD, 0.0))));
    }
    return text.toString();
  }
}
