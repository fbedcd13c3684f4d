package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.UnusableIndexException;
import dev.faissjvm.sync.document.DocumentMapping;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A commit's user data.
 *
 * <pre>
 *   faissjvm.format        2026.2: keys are values
 *   faissjvm.fence         the holder's number
 *   faissjvm.fingerprint   what made the vectors
 *   faissjvm.dimension     components of a vector
 *   faissjvm.complete      true, or false while an index is being rebuilt
 *   faissjvm.events        how far the table's events were read, or absent
 *   mapping.*              DocumentMapping.settings
 * </pre>
 */
public final class CommitSettings {

  private static final String FORMAT = "2026.2";
  private static final String PREFIX = "faissjvm.";
  private static final String MAPPING = "mapping.";

  private CommitSettings() {}

  /**
   * Returns what a commit says of itself.
   *
   * @param writer who commits, and for what
   * @param complete false while an index is being rebuilt
   * @param eventsRead how far the table's stream was read, or empty
   * @return names and values, as the class comment says
   */
  public static Map<String, String> write(
      IndexHome.Writer writer, boolean complete, String eventsRead) {
    Map<String, String> data = new LinkedHashMap<>();
    data.put(PREFIX + "format", FORMAT);
    data.put(PREFIX + "fence", Long.toString(writer.fence().number()));
    data.put(PREFIX + "fingerprint", writer.fingerprint());
    data.put(PREFIX + "dimension", Integer.toString(writer.dimension()));
    data.put(PREFIX + "complete", Boolean.toString(complete));
    if (!eventsRead.isEmpty()) {
      data.put(PREFIX + "events", eventsRead);
    }
    writer.mapping().settings().forEach((name, value) -> data.put(MAPPING + name, value));
    return data;
  }

  /**
   * Reads what {@link #write} returned.
   *
   * @param data names and values; others among them are passed over
   * @param generation the number of the commit
   * @param place where the index is, for messages
   * @return the commit
   * @throws UnusableIndexException if it is of another format
   */
  public static Commit read(Map<String, String> data, long generation, Object place) {
    String format = data.get(PREFIX + "format");
    if (!FORMAT.equals(format)) {
      throw new UnusableIndexException(
          "index format: expected "
              + FORMAT
              + ", got "
              + format
              + "; folder="
              + place
              + "; use the release that wrote it, or another folder",
          null);
    }
    Map<String, String> mapping = new HashMap<>();
    data.forEach(
        (name, value) -> {
          if (name.startsWith(MAPPING)) {
            mapping.put(name.substring(MAPPING.length()), value);
          }
        });
    return new Commit(
        generation,
        new Fence(Long.parseLong(data.getOrDefault(PREFIX + "fence", "0"))),
        data.getOrDefault(PREFIX + "fingerprint", ""),
        Integer.parseInt(data.getOrDefault(PREFIX + "dimension", "0")),
        DocumentMapping.read(mapping),
        data.getOrDefault(PREFIX + "events", ""));
  }

  static boolean isComplete(Map<String, String> data) {
    return Boolean.parseBoolean(data.get(PREFIX + "complete"));
  }
}
