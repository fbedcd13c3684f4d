package dev.faissjvm.cli.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file of comma-separated values whose first line names the columns, as RFC 4180 has it.
 *
 * <p>A value in double quotes may hold commas, line breaks and, doubled, quotes. An empty value is
 * no field. Every value is text: a file of this kind has no numbers. Lines end in LF or CRLF; a
 * byte order mark is skipped.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
public final class CsvFile implements RowReader {

  /** The longest record in characters: well over what fits into a table's row. */
  static final int MAX_RECORD = 4 << 20;

  private static final int END = -1;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final BufferedReader reader;
  private final Columns columns;
  private final List<String> names;
  private long line = 1;

  private CsvFile(BufferedReader reader, Columns columns) throws IOException {
    this.reader = reader;
    this.columns = columns;
    try {
      List<String> header = record();
      if (header == null) {
        throw new IOException(
            "csv: expected a first line with the columns' names, got an empty file");
      }
      names = header;
    } catch (BadLineException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Reads a stream in UTF-8, and its first line at once.
   *
   * @param stream the lines; closed with the reader, or at once if this fails
   * @param columns which of their columns are key and text
   * @return a reader before the second line
   * @throws IOException if the stream cannot be read or names no columns
   */
  public static CsvFile of(InputStream stream, Columns columns) throws IOException {
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    try {
      reader.mark(1);
      if (reader.read() != BYTE_ORDER_MARK) {
        reader.reset();
      }
      return new CsvFile(reader, columns);
    } catch (IOException e) {
      reader.close();
      throw e;
    }
  }

  @Override
  public @Nullable FileRow next() throws BadLineException, IOException {
    long start = line;
    List<String> values = record();
    while (values != null && values.size() == 1 && values.get(0).isEmpty()) {
      start = line;
      values = record();
    }
    if (values == null) {
      return null;
    }
    if (values.size() != names.size()) {
      throw new BadLineException(
          start, "csv: expected " + names.size() + " columns, got " + values.size());
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      if (!values.get(i).isEmpty()) {
        fields.put(names.get(i), values.get(i));
      }
    }
    return RowFields.row(start, fields, columns);
  }

  /** Reads one record up to its line's end; null at the end of the file. */
  private @Nullable List<String> record() throws BadLineException, IOException {
    int c = reader.read();
    if (c == END) {
      return null;
    }
    long start = line;
    List<String> values = new ArrayList<>();
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    int size = 0;
    for (; c != END; c = reader.read()) {
      line += c == '\n' ? 1 : 0;
      if (++size > MAX_RECORD) {
        throw new IOException(
            "csv: expected a record of at most "
                + MAX_RECORD
                + " characters, got more; a quote may be missing its twin; line="
                + start);
      }
      if (quoted) {
        quoted = c != '"' || doubled(value);
        if (quoted && c != '"') {
          value.append((char) c);
        }
      } else if (c == '"' && value.isEmpty()) {
        quoted = true;
      } else if (c == ',') {
        values.add(take(value));
      } else if (c == '\n') {
        break;
      } else if (c != '\r') {
        value.append((char) c);
      }
    }
    if (quoted) {
      throw new BadLineException(start, "csv: expected a closing quote, got the end of the file");
    }
    values.add(take(value));
    return values;
  }

  /** After a quote inside quotes: a second one is a quote of the text, anything else ends it. */
  private boolean doubled(StringBuilder value) throws IOException {
    reader.mark(1);
    if (reader.read() == '"') {
      value.append('"');
      return true;
    }
    reader.reset();
    return false;
  }

  private static String take(StringBuilder value) {
    String text = value.toString();
    value.setLength(0);
    return text;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
