package dev.faissjvm.sync.publish;

import dev.faissjvm.sync.change.CorruptSnapshotException;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.publish.SnapshotStore.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a snapshot consists of.
 *
 * <p>As an object it is text, one thing a line, and its last line is the SHA-256 of all before it:
 *
 * <pre>
 *   faissjvm.snapshot 2026.1
 *   number 42
 *   fence 7
 *   written 1790000000000                   milliseconds since 1970
 *   file SHA256 MARK 1048576 _3_Faiss.faiss  content, its ends, bytes, name in the index
 *   end SHA256
 * </pre>
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param number the snapshot's number, from 1; the greatest is the newest
 * @param fence the holder of the lease that made the commit
 * @param written when it was written, by the publisher's clock, in milliseconds
 * @param files the files of the index
 */
public record Manifest(long number, Fence fence, Instant written, List<SnapshotFile> files) {

  static final String PREFIX = "manifest-";
  private static final String FORMAT = "faissjvm.snapshot 2026.1";
  private static final String END = "end ";

  /**
   * Copies the list.
   *
   * @param number the snapshot's number, from 1
   * @param fence the holder of the lease that made the commit
   * @param written when it was written
   * @param files the files of the index
   */
  public Manifest {
    files = List.copyOf(files);
  }

  /**
   * {@return the name of a manifest in a store}
   *
   * @param number the snapshot's number
   */
  static String name(long number) {
    return PREFIX + String.format(Locale.ROOT, "%010d", number);
  }

  /** Lists the manifests of a store, the newest last; whatever else begins so is left out. */
  static List<Stored> published(SnapshotStore store) throws IOException {
    return store.list(PREFIX).stream()
        .filter(stored -> stored.name().matches(PREFIX + "[0-9]{10}"))
        .toList();
  }

  /**
   * {@return the snapshots of a store, the newest first; what is broken or goes meanwhile is left
   * out}
   *
   * @param store where the snapshots are
   * @throws IOException if the store cannot be read
   */
  public static List<Manifest> readAll(SnapshotStore store) throws IOException {
    List<Manifest> all = new ArrayList<>();
    for (Stored stored : published(store)) {
      readOrNone(store, stored.name()).ifPresent(manifest -> all.add(0, manifest));
    }
    return all;
  }

  /** Reads a manifest, unless it is gone or broken. */
  static Optional<Manifest> readOrNone(SnapshotStore store, String name) throws IOException {
    Optional<byte[]> content = store.read(name);
    try {
      return content.map(bytes -> read(name, bytes));
    } catch (CorruptSnapshotException e) {
      return Optional.empty();
    }
  }

  /** Returns the number in the name of a manifest. */
  static long number(Stored manifest) {
    return Long.parseLong(manifest.name().substring(PREFIX.length()));
  }

  /** {@return the bytes of all files together} */
  public long sizeBytes() {
    return files.stream().mapToLong(SnapshotFile::sizeBytes).sum();
  }

  /** {@return the manifest as an object} */
  public byte[] encoded() {
    StringBuilder text = new StringBuilder(FORMAT).append('\n');
    text.append("number ").append(number).append('\n');
    text.append("fence ").append(fence.number()).append('\n');
    text.append("written ").append(written.toEpochMilli()).append('\n');
    for (SnapshotFile file : files) {
      text.append("file ").append(file.line()).append('\n');
    }
    return (text + END + Checksums.sha256(bytes(text.toString())) + '\n')
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @param name the object's name, for messages
   * @param content all of it
   * @return the manifest
   * @throws CorruptSnapshotException if it is not whole, or of another format
   */
  public static Manifest read(String name, byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    if (!text.startsWith(FORMAT + "\n")) {
      String first = text.lines().findFirst().orElse("nothing");
      throw corrupt(name, FORMAT, first.substring(0, Math.min(80, first.length())));
    }
    int end = text.lastIndexOf(END);
    String sum = Checksums.sha256(bytes(text.substring(0, Math.max(0, end))));
    if (end < 0 || !text.substring(end).equals(END + sum + '\n')) {
      throw corrupt(name, "a last line with its checksum", "another or none");
    }
    String[] lines = text.substring(0, end).split("\n", -1);
    try {
      List<SnapshotFile> files = new ArrayList<>();
      for (int i = 4; i < lines.length - 1; i++) {
        files.add(SnapshotFile.parse(value(lines[i], "file ")));
      }
      return new Manifest(
          Long.parseLong(value(lines[1], "number ")),
          new Fence(Long.parseLong(value(lines[2], "fence "))),
          Instant.ofEpochMilli(Long.parseLong(value(lines[3], "written "))),
          files);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new CorruptSnapshotException(
          "snapshot: expected lines as the format says, got " + e.getMessage() + "; name=" + name,
          e);
    }
  }

  private static String value(String line, String label) {
    if (!line.startsWith(label)) {
      throw new IllegalArgumentException("'" + line + "'");
    }
    return line.substring(label.length());
  }

  private static CorruptSnapshotException corrupt(String name, String expected, String got) {
    return new CorruptSnapshotException(
        "snapshot: expected " + expected + ", got " + got + "; name=" + name, null);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
