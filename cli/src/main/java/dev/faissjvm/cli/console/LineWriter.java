package dev.faissjvm.cli.console;

import java.io.Writer;
import java.util.function.Consumer;

/**
 * A writer whose lines go to a consumer, whole and without their ends.
 *
 * <p>What has no line end yet waits for it, or for {@link #close()}. One thread at a time.
 */
public final class LineWriter extends Writer {

  private final Consumer<String> lines;
  private final StringBuilder line = new StringBuilder();

  /**
   * Makes a writer.
   *
   * @param lines takes each line
   */
  public LineWriter(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void write(char[] chars, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (chars[i] == '\n') {
        emit();
      } else if (chars[i] != '\r') {
        line.append(chars[i]);
      }
    }
  }

  @Override
  public void flush() {
    // A line is passed on when it ends.
  }

  @Override
  public void close() {
    if (!line.isEmpty()) {
      emit();
    }
  }

  private void emit() {
    lines.accept(line.toString());
    line.setLength(0);
  }
}
