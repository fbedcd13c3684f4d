package dev.faissjvm.cli;

import java.io.IOException;
import java.util.concurrent.Callable;

/** One command: its options are its fields, its work is {@link #run}. */
abstract class Command implements Callable<Integer> {

  /** What it was given. */
  final Context context;

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
}
