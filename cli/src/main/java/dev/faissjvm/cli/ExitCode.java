package dev.faissjvm.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a command ended: one number a kind, the same for all commands and for good.
 *
 * <p>{@code faissjvm --help} ends with this table.
 */
public enum ExitCode {
  /** Done. */
  OK(0, "done"),
  /** A check ran to its end and found differences or a bad file. */
  DIFFERENCES(1, "a check found differences, or a bad file"),
  /** The words of the command make no sense. */
  USAGE(2, "the command line is wrong"),
  /** A file or a line of it cannot be used. */
  BAD_INPUT(3, "a file is missing, or lines of it cannot be used; the others were"),
  /** Rows were parked. */
  PARKED(4, "rows were parked, having no text or none that can be used; the others are indexed"),
  /** A row is too large. */
  TOO_LARGE(5, "a row is larger than the 400 KB that a table holds; the others were loaded"),
  /** The table does not exist. */
  NO_TABLE(6, "the table does not exist"),
  /** The table has other keys or lacks the index of pending rows. */
  WRONG_TABLE(7, "the table has other keys, or no index of pending rows"),
  /** There are no credentials, or none that are allowed to do this. */
  NO_CREDENTIALS(8, "no AWS credentials, or none that are allowed to do this"),
  /** The service cannot be reached, or asks to wait. */
  UNREACHABLE(9, "the table cannot be reached or is throttled; the same command may work later"),
  /** The table answered with an error of another kind. */
  TABLE_FAILURE(10, "the table answered with an error of another kind"),
  /** There is no index in the folder. */
  NO_INDEX(11, "there is no index in the folder yet"),
  /** The index cannot be read or written. */
  UNREADABLE_INDEX(12, "the index cannot be read or written, or is damaged or of another model"),
  /** Another process is writing, or has taken over. */
  BUSY(13, "another process holds the index or the demo, or has taken over"),
  /** The disk is full. */
  NO_SPACE(14, "no space left on the disk"),
  /** The model cannot be loaded. */
  NO_MODEL(15, "the model cannot be loaded"),
  /** The native library or the JVM is not fit. */
  NO_LIBRARY(16, "Java or the native library cannot be used on this machine"),
  /** There is not enough memory. */
  NO_MEMORY(17, "not enough memory"),
  /** A mistake of ours. */
  INTERNAL(70, "an error in faissjvm itself; --verbose shows where"),
  /** Ended by Ctrl-C. */
  INTERRUPTED(130, "stopped by Ctrl-C, at a safe point"),
  /** Ended by SIGTERM. */
  TERMINATED(143, "stopped by SIGTERM, at a safe point");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** {@return the number that the shell sees} */
  public int code() {
    return code;
  }

  /** {@return what it means, in a few words} */
  public String meaning() {
    return meaning;
  }

  /** {@return the table, number to meaning, as the help prints it} */
  static Map<String, String> table() {
    Map<String, String> table = new LinkedHashMap<>();
    for (ExitCode code : values()) {
      table.put(String.format("%3d", code.code), code.meaning);
    }
    return table;
  }
}
