package dev.faissjvm.cli.serve;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask.
 *
 * <p>On loopback every program of the machine may, but no page of another site: a browser says
 * where a request comes from ({@code Origin}, {@code Sec-Fetch-Site}), and a name that was bent to
 * point here is told by {@code Host}. With a token only its owner may; the page asks for it.
 */
final class Guard {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String BEARER = "Bearer ";

  private final @Nullable String token;

  Guard(@Nullable String token) {
    this.token = token;
  }

  /**
   * Returns why a request is refused, or null if it may pass.
   *
   * @param headers of the request
   * @param page whether it asks for the page itself, which holds no secret
   */
  @Nullable Reply refusal(Headers headers, boolean page) {
    String host = headers.getFirst("Host");
    if (host == null) {
      return Reply.error(400, "host: expected one, got none");
    }
    if (token == null && !LOOPBACK.contains(withoutPort(host))) {
      return Reply.error(403, "host: expected localhost, got another name");
    }
    String site = headers.getFirst("Sec-Fetch-Site");
    boolean foreign = site != null && !List.of("same-origin", "none").contains(site);
    String origin = headers.getFirst("Origin");
    if ((foreign && !page) || (origin != null && !isOwn(origin, host))) {
      return Reply.error(403, "origin: expected this server's own page, got another site");
    }
    if (token != null && !page && !isToken(headers.getFirst("Authorization"))) {
      return Reply.error(401, "authorization: expected the bearer token");
    }
    return null;
  }

  private static boolean isOwn(String origin, String host) {
    try {
      return host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private boolean isToken(@Nullable String authorization) {
    return authorization != null
        && token != null
        && authorization.startsWith(BEARER)
        && MessageDigest.isEqual(
            token.getBytes(StandardCharsets.UTF_8),
            authorization.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    boolean port = colon > 0 && colon > host.lastIndexOf(']');
    return (port ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
  }
}
