package dev.faissjvm.faiss.internal;

import dev.faissjvm.faiss.IndexFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sha-256 of a file, in a file beside it named {@code <file>.sha256} and laid out as {@code
 * sha256sum} does: {@code <64 hex digits> <file name>\n}. While the file is being replaced the
 * sidecar has two lines, for the old file and the new one, so that a crash in between leaves a pair
 * that fits.
 */
final class Checksum {
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *].+");
  private static final int CHUNK = 1 << 24;
  private static final int MAX_SIZE_BYTES = 1 << 16;

  private Checksum() {}

  static Path sidecar(Path file) {
    return file.resolveSibling(file.getFileName() + ".sha256");
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("sha-256: expected of every JDK", e);
    }
  }

  /** Returns the digests that the sidecar allows; none if there is no sidecar. */
  static Set<String> allowed(Path file) throws IOException {
    Path sidecar = sidecar(file);
    Set<String> digests = new LinkedHashSet<>();
    byte[] text;
    try (FileChannel channel = FileChannel.open(sidecar)) {
      text = new byte[(int) Math.min(MAX_SIZE_BYTES, channel.size())];
      channel.read(ByteBuffer.wrap(text));
    } catch (NoSuchFileException e) {
      return digests;
    }
    for (String line : new String(text, StandardCharsets.ISO_8859_1).lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw format(
            sidecar + ": expected lines of sha256sum, got another; remove it if the file is good");
      }
      digests.add(matcher.group(1));
    }
    if (digests.isEmpty()) {
      throw format(
          sidecar + ": expected a line of sha256sum, got none; remove it if the file is good");
    }
    return digests;
  }

  static void write(Path file, Set<String> digests) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String digest : digests) {
      lines.append(digest).append("  ").append(file.getFileName()).append('\n');
    }
    ByteBuffer text = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
    AtomicFile.replace(
        sidecar(file),
        channel -> {
          while (text.hasRemaining()) {
            channel.write(text);
          }
        });
  }

  /**
   * Compares native memory with the sidecar, as it was before the file was opened and as it is now:
   * the file may have been replaced in between.
   */
  static void verify(Path file, Set<String> before, long address, long sizeBytes)
      throws IOException {
    MessageDigest digest = digest();
    for (long done = 0; done < sizeBytes; ) {
      ByteBuffer part = Address.bytes(address + done, (int) Math.min(CHUNK, sizeBytes - done));
      done += part.remaining();
      digest.update(part);
    }
    String got = hex(digest);
    if (!before.contains(got) && !allowed(file).contains(got)) {
      throw format(file + ": expected sha-256 " + before.iterator().next() + ", got " + got);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static boolean present(Path file) {
    return Files.exists(sidecar(file));
  }

  private static IndexFormatException format(String message) {
    return new IndexFormatException(message, new IOException(message));
  }
}
