package dev.faissjvm.sync.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys of every type, as values and as lines of text. */
class RowKeyTest {

  private static final List<RowKey> KEYS =
      List.of(
          RowKey.of("a"),
          RowKey.of("a", "b"),
          RowKey.of("a/b"),
          RowKey.of("a", "/"),
          RowKey.of(1),
          RowKey.of("1"),
          RowKey.of(1, 2.5),
          RowKey.of(new byte[] {1, 2}),
          RowKey.of(new byte[] {1}, "ü %+ 漢"));

  @Test
  void everyKeyComesBackFromItsLine() {
    Set<String> lines = new HashSet<>();
    for (RowKey key : KEYS) {
      assertThat(RowKey.parse(key.encoded())).isEqualTo(key);
      lines.add(key.encoded());
    }
    assertThat(lines).hasSameSizeAs(KEYS);
  }

  @Test
  void numbersThatAreEqualNameOneRow() {
    assertThat(RowKey.of(new BigDecimal("1.0"))).isEqualTo(RowKey.of(1));
    assertThat(RowKey.of(new BigDecimal("1e2")).encoded()).isEqualTo(RowKey.of(100).encoded());
  }

  @Test
  void textsStandForTheirNumbersToo() {
    assertThat(RowKey.of("100").readings())
        .containsExactly(RowKey.of("100"), RowKey.of(new BigDecimal("1e2")));
    assertThat(RowKey.of("7", "-2.50").readings())
        .containsExactly(
            RowKey.of("7", "-2.50"),
            RowKey.of("7", -2.5),
            RowKey.of(7, "-2.50"),
            RowKey.of(7, -2.5));
    assertThat(RowKey.of(100).readings()).containsExactly(RowKey.of(100));
    for (String text :
        new String[] {"noun", "1e999999999", "1.", ".5", "9".repeat(39), "NaN", " 1"}) {
      assertThat(RowKey.of(text).readings()).containsExactly(RowKey.of(text));
    }
  }

  @Test
  void bytesAreNotSharedWithTheCaller() {
    byte[] bytes = {1, 2};
    RowKey key = RowKey.of(bytes);
    bytes[0] = 9;

    assertThat(key.partition()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
  }

  @Test
  void whatIsNoKeyIsRefused() {
    for (Object value : List.of("", new byte[0], true, List.of())) {
      assertThatThrownBy(() -> RowKey.of(value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "key value: expected a String, number or bytes that is not empty, got "
                  + value.getClass().getSimpleName());
    }
    for (String line : List.of("", "S", "Xa", "Sa/")) {
      assertThatThrownBy(() -> RowKey.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> RowKey.parse("Xa"))
        .hasMessage("key: expected S, N or B and a value, got 'Xa'");
  }

  @Test
  void aPersonReadsIt() {
    assertThat(RowKey.of("a b", 7)).hasToString("a b/7");
    assertThat(RowKey.of(new byte[] {1, 2, 3})).hasToString("AQID");
    assertThat(RowKey.of("a\u001b[31m\nb")).hasToString("a [31m b");
  }

  @Test
  void aKeyFitsItsTable() {
    assertThatThrownBy(() -> RowKey.of("a").attributes(KeyNames.recipe()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key: expected the attributes content_group,content_id, got a");
    assertThatThrownBy(() -> KeyNames.of("a", "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key names: expected different names that are not empty, got 'a' and 'a'");
  }
}
