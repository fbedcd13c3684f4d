package dev.faissjvm.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void numbersStandToTheRightAndTheElasticColumnGivesWay() {
    TextTable table = new TextTable(2, "#", "word", "meaning", "score");
    table.add("1", "bakery", "a workplace where baked goods are produced or sold", "0.71");
    table.add("10", "oven", "a kitchen appliance", "0.6");
    assertThat(table.lines(44))
        .containsExactly(
            "#   word    meaning                    score",
            " 1  bakery  a workplace where baked…    0.71",
            "10  oven    a kitchen appliance          0.6");
  }

  @Test
  void nothingInARowCanMoveTheCursor() {
    TextTable table = new TextTable(0, "text");
    table.add("a\nb\u001b[2Jc\u202ed");
    assertThat(table.lines(80)).containsExactly("text", "a b [2Jc d");
  }

  @Test
  void charactersOutsideTheBasicPlaneAreNotCutInHalf() {
    TextTable table = new TextTable(0, "text");
    table.add("😀".repeat(30));
    assertThat(table.lines(12).get(1)).isEqualTo("😀".repeat(11) + "…");
  }

  @Test
  void aRowWithOtherColumnsIsRefused() {
    assertThatThrownBy(() -> new TextTable(0, "a", "b").add("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cells: expected 2, got 1");
    assertThatThrownBy(() -> new TextTable(2, "a", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("elastic: expected a column, got 2; columns=2");
  }
}
