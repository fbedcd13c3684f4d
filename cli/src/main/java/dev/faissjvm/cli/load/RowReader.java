package dev.faissjvm.cli.load;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Rows of one file, one after the other. One thread at a time; closing closes the file. */
public interface RowReader extends AutoCloseable {

  /**
   * Reads on.
   *
   * @return the next row, or null at the end
   * @throws BadLineException if the row cannot be used; the next call goes on behind it
   * @throws IOException if the file cannot be read any further
   */
  @Nullable FileRow next() throws BadLineException, IOException;

  @Override
  void close() throws IOException;
}
