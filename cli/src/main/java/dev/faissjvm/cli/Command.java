package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.sync.SyncProgress;
import dev.faissjvm.sync.VerifyReport;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** One command: its options are its fields, its work is {@link #run}. */
abstract class Command implements Callable<Integer> {

  /** What it was given. */
  final Context context;

  @Option(names = "--json", description = "Print JSON, one object a line, instead of text.")
  boolean json;

  Command(Context context) {
    this.context = context;
  }

  /**
   * Does the work.
   *
   * @return how it ended
   * @throws IOException if a file cannot be read or written
   */
  abstract ExitCode run() throws IOException;

  @Override
  public final Integer call() throws IOException {
    return run().code();
  }

  /** Writes a result. */
  final void print(String line) {
    context.console().print(line);
  }

  /** Writes a word about the work. */
  final void note(String line) {
    context.console().note(line);
  }

  /** Writes the result: the object where JSON was asked for, else the line of text. */
  final void result(ObjectNode object, String format, Object... arguments) {
    print(json ? Json.line(object) : String.format(Locale.ROOT, format, arguments));
  }

  /** Names rows that differ, each with its reason. */
  final void list(List<VerifyReport.Difference> differences) {
    for (VerifyReport.Difference row : differences) {
      note(row.kind() + ": " + row.key() + ": " + row.reason());
    }
  }

  /**
   * Does work that Ctrl-C ends at its next {@link Interruption#checkpoint}.
   *
   * @param afterwards what has become of the work then, and how to go on
   * @param work the work
   */
  final ExitCode stoppable(String afterwards, Interruption.Work<ExitCode> work) throws IOException {
    try {
      return context.interruption().guard(() -> {}, work);
    } catch (Interruption.StoppedException e) {
      note("stopped: " + afterwards);
      return ExitCode.INTERRUPTED;
    }
  }

  /** Shows how far work is that goes on elsewhere, and ends it there after Ctrl-C. */
  final SyncProgress showing(Progress progress) {
    SyncProgress shown = SyncCommand.shown(progress);
    return state -> {
      context.interruption().checkpoint();
      shown.update(state);
    };
  }
}
