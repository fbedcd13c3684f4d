package dev.faissjvm.sync.publish;

import java.util.Locale;

/**
 * A file of a snapshot.
 *
 * @param name its name in the index
 * @param sizeBytes its size
 * @param sha256 the checksum of its content, as 64 hexadecimal digits; names it in the store
 * @param mark the checksum of its two ends; of files of one name and size, it tells others apart
 */
public record SnapshotFile(String name, long sizeBytes, String sha256, String mark) {

  static final String PREFIX = "files/";

  /**
   * Checks the parts: they become paths.
   *
   * @param name its name in the index
   * @param sizeBytes its size
   * @param sha256 the checksum of its content
   * @param mark the checksum of its two ends
   */
  public SnapshotFile {
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")
        || sizeBytes < 0
        || !sha256.matches("[0-9a-f]{64}")
        || !mark.matches("[0-9a-f]{16}")) {
      throw new IllegalArgumentException(
          String.join(" ", sha256, mark, Long.toString(sizeBytes), name));
    }
  }

  /** {@return the name in the store} */
  String stored() {
    return PREFIX + sha256;
  }

  String line() {
    return String.format(Locale.ROOT, "%s %s %d %s", sha256, mark, sizeBytes, name);
  }

  static SnapshotFile parse(String line) {
    String[] parts = line.split(" ", 4);
    return new SnapshotFile(parts[3], Long.parseLong(parts[2]), parts[0], parts[1]);
  }
}
