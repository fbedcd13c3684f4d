package dev.faissjvm.cli.console;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The two streams of a command and what is known of the terminal behind them.
 *
 * <p>Results go to standard output by {@link #print}, words about the work to standard error by
 * {@link #note}. A progress bar that is drawn on the last line is wiped before either is written.
 *
 * <p><b>Threads.</b> Safe for use by many threads; each call writes its line whole.
 *
 * <p><b>Ownership.</b> The streams are the caller's and are never closed here.
 */
public final class Console {

  private static final int PLAIN_COLUMNS = 100;
  private static final int NARROWEST = 40;

  private final PrintStream out;
  private final PrintStream err;
  private final int columns;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private String bar = "";

  /**
   * Makes a console.
   *
   * @param out where results go
   * @param err where everything else goes
   * @param columns the width of the terminal in characters, or 0 when {@code err} is none
   * @param nanoTime the clock, in nanoseconds, as {@link System#nanoTime()}
   */
  public Console(PrintStream out, PrintStream err, int columns, LongSupplier nanoTime) {
    this.out = Objects.requireNonNull(out, "out");
    this.err = Objects.requireNonNull(err, "err");
    this.terminal = columns > 0;
    this.columns = terminal ? Math.max(columns, NARROWEST) : PLAIN_COLUMNS;
    this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime");
  }

  /**
   * Returns the console of this process. The start script measures the terminal and says so in
   * {@code faissjvm.columns}; without it the output is taken for a file.
   *
   * @param out where results go
   * @param err where everything else goes
   * @return a console on the two streams
   */
  public static Console of(PrintStream out, PrintStream err) {
    return new Console(out, err, Integer.getInteger("faissjvm.columns", 0), System::nanoTime);
  }

  /** {@return a console that says everything on standard error; one of the two is used} */
  public Console onStandardError() {
    return new Console(err, err, terminal ? columns : 0, nanoTime);
  }

  /**
   * Writes one line of result to standard output.
   *
   * @param line the line, without its end
   */
  public synchronized void print(String line) {
    wipe();
    out.println(line);
    out.flush();
    redraw();
  }

  /**
   * Writes one line of result, formatted without regard to the locale.
   *
   * @param format as {@link String#format}
   * @param arguments what it names
   */
  public void printf(String format, Object... arguments) {
    print(String.format(Locale.ROOT, format, arguments));
  }

  /**
   * Writes one line about the work to standard error.
   *
   * @param line the line, without its end
   */
  public synchronized void note(String line) {
    out.flush();
    wipe();
    err.println(line);
    err.flush();
    redraw();
  }

  /**
   * Writes the beginning of a line to standard error, for a person to end.
   *
   * @param text what stands before the answer
   */
  public synchronized void prompt(String text) {
    out.flush();
    wipe();
    err.print(text);
    err.flush();
  }

  /** {@return whether a person is watching standard error} */
  public boolean terminal() {
    return terminal;
  }

  /** {@return how many characters fit on a line} */
  public int columns() {
    return columns;
  }

  /** {@return the clock, in nanoseconds} */
  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** Draws the last line anew; an empty one removes it. */
  synchronized void bar(String text) {
    wipe();
    bar = text;
    redraw();
  }

  private void wipe() {
    if (!bar.isEmpty()) {
      err.print("\r" + " ".repeat(bar.length()) + "\r");
    }
  }

  private void redraw() {
    if (!bar.isEmpty()) {
      err.print(bar);
      err.flush();
    }
  }
}
