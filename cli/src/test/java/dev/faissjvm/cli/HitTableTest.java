package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.search.SearchHit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HitTableTest {

  private static final List<SearchHit> HITS =
      List.of(
          new SearchHit(
              1,
              RowKey.of("noun", "1-n"),
              0.71,
              Map.of(
                  "content", "a place where bread is made", "words", "bakery", "content_id", "1-n"),
              "",
              List.of()),
          new SearchHit(
              2, RowKey.of("noun", "2-n"), 0.5, Map.of("content", "x", "year", 3), "", List.of()));

  @Test
  void withoutAWishTheKeyAndEveryFieldTheLongestLast() {
    assertThat(HitTable.of(HITS, KeyNames.recipe(), List.of()).lines(60))
        .containsExactly(
            "#  score  key       year  words   content",
            "1  0.710  noun/1-n        bakery  a place where bread is ma…",
            "2  0.500  noun/2-n     3          x");
  }

  @Test
  void chosenFieldsAreShownInTheirOrder() {
    assertThat(HitTable.of(HITS, KeyNames.recipe(), List.of("words", "content")).lines(80))
        .containsExactly(
            "#  score  words   content",
            "1  0.710  bakery  a place where bread is made",
            "2  0.500          x");
  }
}
