package dev.faissjvm.cli.console;

import java.time.Duration;
import java.util.Locale;

/**
 * How far a long piece of work has come: done, rate and time left.
 *
 * <p>On a terminal a bar on the last line, drawn at most ten times a second; elsewhere a plain line
 * every five seconds, so that a log stays short. Work that ends within a second leaves only its
 * closing line.
 *
 * <p><b>Units.</b> Whatever is counted: rows, texts, bytes. Rate and time left are by the last 15
 * to 30 seconds; what is said at the end is by all of them.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 *
 * <pre>{@code
 * try (Progress progress = Progress.start(console, "sync", "rows", 2_000)) {
 *   progress.update(64);
 * }
 * }</pre>
 */
public final class Progress implements AutoCloseable {

  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long LATELY_NANOS = Duration.ofSeconds(15).toNanos();
  private static final int BAR_WIDTH = 24;
  private static final double NANOS = 1e9;

  private final Console console;
  private final String label;
  private final String unit;
  private final long startNanos;
  private long total;
  private long done;
  private long drawnNanos;
  private Mark since;
  private Mark next;
  private boolean closed;

  /** What was done at a time. */
  private record Mark(long nanos, long done) {}

  private Progress(Console console, String label, String unit, long total) {
    this.console = console;
    this.label = label;
    this.unit = unit;
    this.total = total;
    this.startNanos = console.nanoTime();
    this.drawnNanos = startNanos;
    this.since = new Mark(startNanos, 0);
    this.next = since;
  }

  /**
   * Starts the clock.
   *
   * @param console where it is shown
   * @param label what is going on, one word
   * @param unit what is counted, in the plural
   * @param total how many there will be, or 0 when that is not known
   * @return the running progress
   */
  public static Progress start(Console console, String label, String unit, long total) {
    return new Progress(console, label, unit, total);
  }

  /**
   * Says how many there will be, once that is known or has changed.
   *
   * @param newTotal how many, or 0 when that is not known
   */
  public synchronized void total(long newTotal) {
    total = newTotal;
  }

  /**
   * Says how many are done.
   *
   * @param newDone how many since the start
   */
  public synchronized void update(long newDone) {
    done = newDone;
    long now = console.nanoTime();
    if (!closed && now - drawnNanos >= (console.terminal() ? REDRAW_NANOS : LINE_NANOS)) {
      drawnNanos = now;
      show(now);
    }
  }

  /**
   * Adds to what is done.
   *
   * @param more how many since the last call
   */
  public synchronized void advance(long more) {
    update(done + more);
  }

  /** {@return how many are done} */
  public synchronized long done() {
    return done;
  }

  /** {@return the time since the start} */
  public Duration elapsed() {
    return Duration.ofNanos(console.nanoTime() - startNanos);
  }

  /** Removes the bar and says nothing more: the caller has its own words. */
  public synchronized void cancel() {
    closed = true;
    console.bar("");
  }

  /**
   * Writes a span of time as a person says it: {@code 0.4 s}, {@code 12 s}, {@code 3 min 20 s}.
   *
   * @param time the span
   * @return the words
   */
  public static String span(Duration time) {
    return span(time.toNanos() / NANOS);
  }

  /** Removes the bar and says in one line what was done and how fast. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    console.bar("");
    double seconds = (console.nanoTime() - startNanos) / NANOS;
    console.note(
        String.format(
            Locale.ROOT,
            "%s: %,d %s in %s%s",
            label,
            done,
            unit,
            span(seconds),
            rate(done, seconds)));
  }

  private void show(long now) {
    if (now - next.nanos >= LATELY_NANOS) {
      since = next;
      next = new Mark(now, done);
    }
    double seconds = (now - since.nanos) / NANOS;
    long lately = done - since.done;
    String counts =
        total > 0
            ? String.format(Locale.ROOT, "%,d of %,d %s", Math.min(done, total), total, unit)
            : String.format(Locale.ROOT, "%,d %s", done, unit);
    String left = "";
    if (total > 0 && lately > 0 && done < total) {
      left = ", " + span(seconds * (total - done) / lately) + " left";
    }
    String text = label + ": " + counts + rate(lately, seconds) + left;
    if (!console.terminal()) {
      console.note(text);
      return;
    }
    String line = total > 0 ? drawing() + text : text;
    // One column stays free: a full last line makes some terminals scroll.
    console.bar(
        line.length() < console.columns()
            ? line
            : text.substring(0, Math.min(text.length(), console.columns() - 1)));
  }

  private String drawing() {
    int full = (int) (BAR_WIDTH * Math.min(done, total) / total);
    return "[" + "#".repeat(full) + " ".repeat(BAR_WIDTH - full) + "] ";
  }

  private static String rate(long done, double seconds) {
    return done == 0 || seconds <= 0 ? "" : String.format(Locale.ROOT, ", %,.0f/s", done / seconds);
  }

  /** Writes a span of time as a person says it: {@code 0.4 s}, {@code 12 s}, {@code 3 min 20 s}. */
  static String span(double seconds) {
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }
}
