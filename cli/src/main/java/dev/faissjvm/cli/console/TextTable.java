package dev.faissjvm.cli.console;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns of text under their names, cut to the width of a terminal.
 *
 * <p>One column is elastic and is cut when there is no room; the others keep their width. Numbers
 * stand to the right. Not for machines: they get JSON.
 *
 * <p><b>Threads.</b> One thread at a time.
 */
public final class TextTable {

  private static final String GAP = "  ";
  private static final String ELLIPSIS = "…";
  private static final int NARROWEST = 12;

  private final List<String> names;
  private final int elastic;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Makes an empty table.
   *
   * @param elastic the position of the column that is cut when there is no room, from 0
   * @param names the columns' names
   */
  public TextTable(int elastic, String... names) {
    if (elastic < 0 || elastic >= names.length) {
      throw new IllegalArgumentException(
          "elastic: expected a column, got " + elastic + "; columns=" + names.length);
    }
    this.elastic = elastic;
    this.names = List.of(names);
  }

  /**
   * Adds a row.
   *
   * @param cells one text a column; line breaks become spaces
   * @throws IllegalArgumentException if there are more or fewer than columns
   */
  public void add(String... cells) {
    if (cells.length != names.size()) {
      throw new IllegalArgumentException(
          "cells: expected " + names.size() + ", got " + cells.length);
    }
    List<String> row = new ArrayList<>(cells.length);
    for (String cell : cells) {
      row.add(printable(cell));
    }
    rows.add(row);
  }

  /**
   * Writes the table.
   *
   * @param columns characters a line
   * @return the lines, the names first
   */
  public List<String> lines(int columns) {
    int[] widths = widths(columns);
    List<String> lines = new ArrayList<>();
    lines.add(line(names, widths));
    for (List<String> row : rows) {
      lines.add(line(row, widths));
    }
    return lines;
  }

  /**
   * Replaces what would move a terminal's cursor or change its colours by spaces.
   *
   * @param text any text
   * @return the text on one harmless line
   */
  public static String printable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private int[] widths(int columns) {
    int[] widths = new int[names.size()];
    int others = GAP.length() * (names.size() - 1);
    for (int i = 0; i < widths.length; i++) {
      widths[i] = length(names.get(i));
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
      others += i == elastic ? 0 : widths[i];
    }
    widths[elastic] = Math.min(widths[elastic], Math.max(columns - others, NARROWEST));
    return widths;
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cut(cells.get(i), widths[i]);
      String padding = " ".repeat(widths[i] - length(cell));
      line.append(i == 0 ? "" : GAP);
      line.append(isNumber(cell) ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty()
        && cell.chars().allMatch(c -> Character.isDigit(c) || "+-.,".indexOf(c) >= 0);
  }

  private static String cut(String text, int width) {
    return length(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, width - 1)).stripTrailing() + ELLIPSIS;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
