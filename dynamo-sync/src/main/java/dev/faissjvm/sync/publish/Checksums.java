package dev.faissjvm.sync.publish;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files and of their ends. */
final class Checksums {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int END_BYTES = 512;
  private static final int MARK_DIGITS = 16;

  private Checksums() {}

  static String sha256(byte[] content) {
    return HexFormat.of().formatHex(digest().digest(content));
  }

  static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Returns the checksum of the first and the last bytes. Lucene writes the random id of the
   * segment at the one end of a file, and a checksum of all of it at the other.
   */
  static String mark(Path file) throws IOException {
    MessageDigest digest = digest();
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer ends = ByteBuffer.allocate(END_BYTES);
      read(channel, ends, 0);
      digest.update(ends.flip());
      ends.clear();
      read(channel, ends, Math.max(0, channel.size() - END_BYTES));
      digest.update(ends.flip());
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, MARK_DIGITS);
  }

  private static void read(FileChannel channel, ByteBuffer into, long from) throws IOException {
    long at = from;
    for (int read = channel.read(into, at); read > 0; read = channel.read(into, at)) {
      at += read;
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("sha-256: expected in every JDK, got none", e);
    }
  }
}
