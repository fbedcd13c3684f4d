package dev.faissjvm.sync.document;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** The first 128 bits of a SHA-256, in hexadecimal: equal contents, equal hashes. */
final class ContentHash {

  private static final int BYTES = 16;

  private ContentHash() {}

  static String ofText(String text) {
    return hex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static String of(String textHash, String mapping, Map<String, Object> fields) {
    MessageDigest digest = digest();
    digest.update(textHash.getBytes(StandardCharsets.UTF_8));
    digest.update(mapping.getBytes(StandardCharsets.UTF_8));
    digest.update(ValueCodec.encode(fields));
    return hex(digest.digest());
  }

  private static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash, 0, BYTES);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("sha-256: expected in every JDK", e);
    }
  }
}
