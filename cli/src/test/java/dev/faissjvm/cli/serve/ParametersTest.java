package dev.faissjvm.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParametersTest {

  @Test
  void valuesAreDecodedAndEmptyOnesAreAbsent() {
    Parameters query = new Parameters("q=a+b%C3%A9&filter=x%3D1&filter=&filter=y&mode=");
    assertThat(query.one("q")).isEqualTo("a bé");
    assertThat(query.all("filter")).containsExactly("x=1", "y");
    assertThat(query.one("mode")).isNull();
    assertThat(query.number("k", 10, 1, 100)).isEqualTo(10);
    assertThat(new Parameters(null).one("q")).isNull();
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> new Parameters("q=a&q=b").one("q"))
        .hasMessage("q: expected once, got 2 times");
    assertThatThrownBy(() -> new Parameters("k=0").number("k", 10, 1, 100))
        .hasMessage("k: expected 1 to 100");
    assertThatThrownBy(() -> new Parameters("k=x").number("k", 10, 1, 100))
        .hasMessage("k: expected 1 to 100");
    assertThatThrownBy(() -> new Parameters("s=NaN").decimal("s"))
        .hasMessage("s: expected a number");
    assertThatThrownBy(() -> new Parameters("q=%zz")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Parameters("x=1").onlyOf(List.of("q")))
        .hasMessage("query: expected parameters of [q], got another one");
    assertThatThrownBy(() -> new Parameters("&".repeat(64)))
        .hasMessage("query: expected at most 64 parameters, got 65");
  }
}
