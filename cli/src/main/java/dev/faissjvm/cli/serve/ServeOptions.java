package dev.faissjvm.cli.serve;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where and for whom the server listens.
 *
 * @param address the address; one that is not loopback needs a token
 * @param port the port, or 0 for a free one
 * @param token what requests must bring as {@code Authorization: Bearer}, or null on loopback
 */
public record ServeOptions(InetAddress address, int port, @Nullable String token) {

  /** The shortest token, in characters. */
  public static final int MIN_TOKEN = 16;

  /**
   * Checks that an address that others can reach has a token.
   *
   * @param address the address
   * @param port 0 to 65535
   * @param token at least {@link #MIN_TOKEN} characters, or null
   */
  public ServeOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: expected 0 to 65535, got " + port);
    }
    if (token == null && !address.isLoopbackAddress()) {
      throw new IllegalArgumentException(
          "token: expected one for an address that others can reach, got none; address="
              + address.getHostAddress());
    }
    if (token != null && token.length() < MIN_TOKEN) {
      throw new IllegalArgumentException(
          "token: expected at least " + MIN_TOKEN + " characters, got " + token.length());
    }
  }
}
