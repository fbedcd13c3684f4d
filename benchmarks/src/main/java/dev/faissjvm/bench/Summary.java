package dev.faissjvm.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The table of a README: some figures of result files, each with the run that it is from, the last
 * one of each JDK.
 *
 * <p>The table stands in the README between two comments, and nothing else of the file is touched.
 * The first comment names a file among the resources that says which figures: what it is called,
 * group, case, contestant and the peer beside it, or nothing; or it says {@code choice}.
 */
final class Summary {

  private static final String BEGIN = "<!-- written by ./bench report: ";
  private static final String END_OF_BEGIN = " -->";
  private static final String END = "<!-- end of what ./bench report writes -->";

  /** In the first comment instead of a file's name: the table of kinds of index. */
  private static final String CHOICE = "choice";

  private static final String RECALL = "recall ";
  private static final int FIELDS = 5;

  /** What else is told of a figure. */
  private static final List<String> BESIDE = List.of(LuceneIndex.MEGABYTES, ChangedRows.WRITTEN);

  private Summary() {}

  /**
   * Writes the table of a README anew.
   *
   * @param readme the file
   * @param runs result files by name; where two of one JDK have a figure the later one counts
   * @param folder where the result files lie, as seen from the README
   */
  static void insert(Path readme, Map<String, ResultFile> runs, String folder) throws IOException {
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN);
    int from = text.indexOf(END_OF_BEGIN, Math.max(0, begin));
    int end = text.indexOf(END);
    if (begin < 0 || from < 0 || end < from) {
      throw new IOException(
          readme + ": expected the comments " + BEGIN + "FILE" + END_OF_BEGIN + " and " + END);
    }
    String lines = text.substring(begin + BEGIN.length(), from);
    String head = text.substring(0, from + END_OF_BEGIN.length());
    String table = lines.equals(CHOICE) ? ChoiceTable.of(runs, folder) : table(lines, runs, folder);
    Files.writeString(readme, head + "\n" + table + text.substring(end));
  }

  private static String table(String file, Map<String, ResultFile> runs, String folder)
      throws IOException {
    StringBuilder table =
        new StringBuilder("| | here | beside it | run |\n| --- | --- | --- | --- |\n");
    for (String[] line : lines(file)) {
      Map<String, String> rows = new TreeMap<>();
      for (Map.Entry<String, ResultFile> run : runs.entrySet()) {
        Optional<Result> ours = find(run.getValue(), line, line[3]);
        Optional<Result> peer =
            line[4].isEmpty() ? Optional.empty() : find(run.getValue(), line, line[4]);
        String missed =
            peer.isEmpty() && line[2].contains(RECALL) && took(run.getValue(), line)
                ? line[4] + ": does not reach it"
                : "";
        if (ours.isPresent() && (line[4].isEmpty() || peer.isPresent() || !missed.isEmpty())) {
          Machine machine = run.getValue().machine();
          String beside =
              peer.map(
                      found ->
                          found.contestant()
                              + ": "
                              + figure(found)
                              + Report.against(found, ours.get()))
                  .orElse(missed);
          String where = machine.cpuName() + ", " + machine.jdkName();
          String link = "[" + where + "](" + folder + run.getKey() + ")";
          String row = String.join(" | ", line[0], figure(ours.get()), beside, link);
          rows.put(machine.jdkName(), "| " + row + " |\n");
        }
      }
      rows.values().forEach(table::append);
    }
    return table.toString();
  }

  /** Whether the peer was asked for this recall: it took part, at other recalls of the same. */
  private static boolean took(ResultFile run, String[] line) {
    String data = line[2].substring(0, line[2].indexOf(RECALL));
    return run.group(line[1]).stream()
        .filter(result -> result.name().startsWith(data + RECALL))
        .anyMatch(result -> result.contestant().startsWith(line[4]));
  }

  private static Optional<Result> find(ResultFile run, String[] line, String contestant) {
    return run.group(line[1]).stream()
        .filter(result -> result.name().equals(line[2]))
        .filter(result -> result.contestant().startsWith(contestant))
        .findFirst();
  }

  private static String figure(Result result) {
    StringBuilder figure = new StringBuilder(Report.number(result.median())).append(' ');
    figure.append(result.unit());
    Double recall = result.beside().get("recall");
    if (recall != null) {
      figure.append(String.format(Locale.ROOT, " (recall %.3f)", recall));
    }
    for (String name : BESIDE) {
      Double value = result.beside().get(name);
      if (value != null) {
        figure.append(", ").append(Report.number(value)).append(' ').append(name);
      }
    }
    return figure.toString();
  }

  private static List<String[]> lines(String file) throws IOException {
    List<String[]> lines = new ArrayList<>();
    for (String line : Setting.text(file).split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS) {
          throw new IOException(file + ": expected " + FIELDS + " fields, got " + line);
        }
        lines.add(fields);
      }
    }
    return lines;
  }
}
