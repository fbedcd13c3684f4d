package dev.faissjvm.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {

  private static final String TOKEN = "a token of more than 16";

  private static Headers headers(String... namesAndValues) {
    Headers headers = new Headers();
    headers.set("Host", "localhost:7070");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.set(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  private static int status(@Nullable Reply reply) {
    return reply == null ? 200 : reply.status();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1:7070", "[::1]", "[::1]:7070"})
  void loopbackAnswersToItsOwnNames(String host) {
    assertThat(status(new Guard(null).refusal(headers("Host", host), false))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "[::2]"})
  void aNameThatWasBentToLoopbackIsRefused(String host) {
    assertThat(status(new Guard(null).refusal(headers("Host", host), true))).isEqualTo(403);
  }

  @Test
  void pagesOfOtherSitesAreRefused() {
    Guard guard = new Guard(null);
    assertThat(status(guard.refusal(headers("Origin", "http://evil.example"), false)))
        .isEqualTo(403);
    assertThat(status(guard.refusal(headers("Origin", "null"), false))).isEqualTo(403);
    assertThat(status(guard.refusal(headers("Origin", "http://localhost:7070"), false)))
        .isEqualTo(200);
    assertThat(status(guard.refusal(headers("Sec-Fetch-Site", "cross-site"), false)))
        .isEqualTo(403);
    assertThat(status(guard.refusal(headers("Sec-Fetch-Site", "same-origin"), false)))
        .isEqualTo(200);
    assertThat(status(guard.refusal(headers("Sec-Fetch-Site", "cross-site"), true)))
        .as("a link to the page is no harm")
        .isEqualTo(200);
  }

  @Test
  void withATokenOnlyItsOwnerMayAsk() {
    Guard guard = new Guard(TOKEN);
    Headers named = headers("Host", "search.example");
    assertThat(status(guard.refusal(named, false))).isEqualTo(401);
    assertThat(status(guard.refusal(named, true))).isEqualTo(200);
    named.set("Authorization", "Bearer " + TOKEN + "x");
    assertThat(status(guard.refusal(named, false))).isEqualTo(401);
    named.set("Authorization", "Bearer " + TOKEN);
    assertThat(status(guard.refusal(named, false))).isEqualTo(200);
  }

  @Test
  void aPublicAddressNeedsATokenThatIsLongEnough() throws UnknownHostException {
    InetAddress all = InetAddress.getByName("0.0.0.0");
    assertThatThrownBy(() -> new ServeOptions(all, 0, null))
        .hasMessage(
            "token: expected one for an address that others can reach, got none; address=0.0.0.0");
    assertThatThrownBy(() -> new ServeOptions(all, 0, "short"))
        .hasMessage("token: expected at least 16 characters, got 5");
    assertThatThrownBy(() -> new ServeOptions(InetAddress.getLoopbackAddress(), 65_536, null))
        .hasMessage("port: expected 0 to 65535, got 65536");
    assertThat(new ServeOptions(all, 0, TOKEN).token()).isEqualTo(TOKEN);
  }
}
