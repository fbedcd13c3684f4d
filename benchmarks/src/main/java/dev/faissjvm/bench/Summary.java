package dev.faissjvm.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The table of a README: some figures of result files, each with the run that it is from.
 *
 * <p>{@code summary.tsv} among the resources says which: what it is called, group, case, contestant
 * and the peer beside it, or nothing. The table stands in the README between two comments, and
 * nothing else of the file is touched.
 */
final class Summary {

  static final String BEGIN = "<!-- written by ./bench report -->";
  static final String END = "<!-- end of what ./bench report writes -->";

  private static final int FIELDS = 5;

  private Summary() {}

  /**
   * Returns the table.
   *
   * @param runs result files by name; where two have a figure the later one counts
   * @param folder where the result files lie, as seen from the README
   */
  static String table(Map<String, ResultFile> runs, String folder) throws IOException {
    StringBuilder table =
        new StringBuilder("| | here | beside it | run |\n| --- | --- | --- | --- |\n");
    for (String[] line : lines()) {
      String row = null;
      for (Map.Entry<String, ResultFile> run : runs.entrySet()) {
        Optional<Result> ours = find(run.getValue(), line, line[3]);
        Optional<Result> peer =
            line[4].isEmpty() ? Optional.empty() : find(run.getValue(), line, line[4]);
        if (ours.isPresent() && (line[4].isEmpty() || peer.isPresent())) {
          row =
              "| "
                  + line[0]
                  + " | "
                  + figure(ours.get())
                  + " | "
                  + peer.map(found -> found.contestant() + ": " + figure(found)).orElse("")
                  + " | ["
                  + run.getValue().machine().cpuName()
                  + "]("
                  + folder
                  + run.getKey()
                  + ") |\n";
        }
      }
      table.append(row == null ? "" : row);
    }
    return table.toString();
  }

  /** Writes the table between the two comments of a file. */
  static void insert(Path readme, String table) throws IOException {
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(
          readme.getFileName() + ": expected the comments " + BEGIN + " and " + END);
    }
    Files.writeString(
        readme, text.substring(0, begin + BEGIN.length()) + "\n" + table + text.substring(end));
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
    return figure.toString();
  }

  private static List<String[]> lines() throws IOException {
    try (InputStream in = Summary.class.getResourceAsStream("/summary.tsv")) {
      if (in == null) {
        throw new IOException("summary.tsv: expected among the resources, got none");
      }
      List<String[]> lines = new ArrayList<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] fields = line.split("\t", -1);
          if (fields.length != FIELDS) {
            throw new IOException("summary.tsv: expected " + FIELDS + " fields, got " + line);
          }
          lines.add(fields);
        }
      }
      return lines;
    }
  }
}
