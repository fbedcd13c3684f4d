package dev.faissjvm.sync.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterParametersTest {

  @Test
  void valuesAreDecodedAndEmptyOnesAreAbsent() {
    RouterParameters query =
        new RouterParameters("q=a+b%C3%A9&filter=x%3D1&filter=&filter=y&mode=");
    assertThat(query.one("q")).isEqualTo("a bé");
    assertThat(query.all("filter")).containsExactly("x=1", "y");
    assertThat(query.one("mode")).isNull();
    assertThat(query.number("k", 10, 1, 100)).isEqualTo(10);
    assertThat(new RouterParameters(null).one("q")).isNull();
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> new RouterParameters("q=a&q=b").one("q"))
        .hasMessage("q: expected once, got 2 times");
    assertThatThrownBy(() -> new RouterParameters("k=0").number("k", 10, 1, 100))
        .hasMessage("k: expected 1 to 100");
    assertThatThrownBy(() -> new RouterParameters("k=x").number("k", 10, 1, 100))
        .hasMessage("k: expected 1 to 100");
    assertThatThrownBy(() -> new RouterParameters("s=NaN").decimal("s"))
        .hasMessage("s: expected a number");
    assertThatThrownBy(() -> new RouterParameters("q=%zz"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RouterParameters("x=1").onlyOf(List.of("q")))
        .hasMessage("request: expected parameters of [q], got another one");
    assertThatThrownBy(() -> new RouterParameters("&".repeat(64)))
        .hasMessage("query: expected at most 64 parameters, got 65");
  }

  private static RouterParameters json(String body) {
    RouterParameters parameters = new RouterParameters("mode=hybrid");
    parameters.addJson(body.getBytes(StandardCharsets.UTF_8));
    return parameters;
  }

  @Test
  void aBodyAddsToTheQuery() {
    RouterParameters both =
        json("{\"q\":\"bread\",\"k\":3,\"minScore\":0.5,\"filter\":[\"x=1\",\"y=2\"]}");
    assertThat(both.one("q")).isEqualTo("bread");
    assertThat(both.number("k", 10, 1, 100)).isEqualTo(3);
    assertThat(both.decimal("minScore")).isEqualTo(0.5);
    assertThat(both.all("filter")).containsExactly("x=1", "y=2");
    assertThat(both.one("mode")).isEqualTo("hybrid");
    assertThatThrownBy(() -> json("{\"mode\":\"keyword\"}").one("mode"))
        .hasMessage("mode: expected once, got 2 times");
  }

  @Test
  void aBodyThatIsNoObjectOfParametersIsRefused() {
    for (String half : List.of("{", "{}x", "{\"q\":1,\"q\":2}", "\u0000")) {
      assertThatThrownBy(() -> json(half))
          .as(half)
          .hasMessage("body: expected a JSON object, got none that is whole");
    }
    assertThatThrownBy(() -> json("[]"))
        .hasMessage("body: expected a JSON object, got another value");
    for (String value : List.of("null", "{\"a\":1}", "[[1]]", "[null]")) {
      assertThatThrownBy(() -> json("{\"q\":" + value + "}"))
          .as(value)
          .hasMessage("q: expected a text, a number or an array of these");
    }
    assertThatThrownBy(() -> json("{\"q\":[" + "1,".repeat(64) + "1]}"))
        .hasMessage("q: expected at most 64 parameters, got 65");
  }
}
