package dev.faissjvm.sync.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.document.FieldType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTextTest {

  private static final Map<String, FieldType> TYPES =
      new TreeMap<>(
          Map.of("kind", FieldType.STRING, "year", FieldType.NUMBER, "sold", FieldType.BOOLEAN));

  private static Filter parse(String text) {
    return FilterText.parse(text, TYPES);
  }

  @Test
  void everyFormIsRead() {
    assertThat(parse("kind=noun")).isEqualTo(Filter.equal("kind", "noun"));
    assertThat(parse("kind=noun|verb")).isEqualTo(Filter.in("kind", List.of("noun", "verb")));
    assertThat(parse("kind=no*")).isEqualTo(Filter.prefix("kind", "no"));
    assertThat(parse("kind=*")).isEqualTo(Filter.exists("kind"));
    assertThat(parse("kind!=noun")).isEqualTo(Filter.not(Filter.equal("kind", "noun")));
    assertThat(parse("kind=a=b")).isEqualTo(Filter.equal("kind", "a=b"));
    assertThat(parse("year=1990")).isEqualTo(Filter.equal("year", 1990));
    assertThat(parse("year=1990..1999"))
        .isEqualTo(Filter.range("year", new BigDecimal(1990), new BigDecimal(1999)));
    assertThat(parse("year=1990..")).isEqualTo(Filter.range("year", 1990, null));
    assertThat(parse("year=..-5.5")).isEqualTo(Filter.range("year", null, -5.5));
    assertThat(parse("sold=true")).isEqualTo(Filter.equal("sold", true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "noun; filter: expected field=value, got 'noun'",
        "=noun; filter: expected field=value, got '=noun'",
        "!=noun; filter: expected field=value, got '!=noun'",
        "colour=red; filter: expected one of the index's filter fields, got 'colour'",
        "year=old; filter: expected a number, got 'old'",
        "sold=yes; filter: expected true or false, got 'yes'",
        "year=..; filter: expected a bound for year, got none",
      })
  void whatIsNotAFilterIsRefused(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void anUnknownFieldIsToldWhichThereAre() {
    assertThatThrownBy(() -> parse("colour=red")).hasMessageEndingWith("fields=[kind, sold, year]");
  }
}
