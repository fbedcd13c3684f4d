package dev.faissjvm.cli.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.VerifyReport;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import dev.faissjvm.sync.search.SearchHit;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The JSON is an interface: these lines must not change. */
class JsonTest {

  private static SearchHit hit(Map<String, Object> fields, List<String> highlights) {
    return new SearchHit(
        1, RowKey.of("noun", "02779636-n"), 0.7123456789, fields, "passage", highlights);
  }

  @Test
  void aHitIsRankKeyScoreAndFields() {
    Map<String, Object> fields =
        Map.of("content", "a \"place\"", "content_id", "02779636-n", "content_group", "noun");
    assertThat(Json.line(Json.hit(hit(fields, List.of()), KeyNames.recipe())))
        .isEqualTo(
            "{\"rank\":1,\"key\":{\"content_group\":\"noun\",\"content_id\":\"02779636-n\"},"
                + "\"score\":0.712346,\"fields\":{\"content\":\"a \\\"place\\\"\"}}");
  }

  @Test
  void everyKindOfValueHasItsJson() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("big", new BigDecimal("1E+3"));
    fields.put("exact", new BigDecimal("0.10"));
    fields.put("truth", true);
    fields.put("bytes", ByteBuffer.wrap(new byte[] {1, 2, 3}).asReadOnlyBuffer());
    fields.put("list", List.of("a", new BigDecimal(2)));
    fields.put("map", Map.of("inner", Set.of("x")));
    fields.put("nothing", Row.Null.NULL);
    assertThat(Json.line(Json.hit(hit(fields, List.of()), KeyNames.recipe())))
        .endsWith(
            "\"fields\":{\"big\":1000,\"bytes\":\"AQID\",\"exact\":0.10,\"list\":[\"a\",2],"
                + "\"map\":{\"inner\":[\"x\"]},\"nothing\":null,\"truth\":true}}");
  }

  @Test
  void highlightsAreThereOnlyWhenAskedFor() {
    assertThat(Json.line(Json.hit(hit(Map.of(), List.of("<b>place</b>")), KeyNames.recipe())))
        .endsWith("\"fields\":{},\"highlights\":[\"<b>place</b>\"]}");
  }

  @Test
  void keysOfOtherTypesAndTablesKeepTheirNames() {
    assertThat(Json.line(Json.key(RowKey.of(7, "x"), KeyNames.of("shop", "sku"))))
        .isEqualTo("{\"shop\":7,\"sku\":\"x\"}");
    assertThat(Json.line(Json.key(RowKey.of("x"), KeyNames.of("sku"))))
        .isEqualTo("{\"sku\":\"x\"}");
  }

  @Test
  void aReportIsFiveCountsAndADoubledEntryIsAGhost() {
    VerifyReport report = new VerifyReport(10, 1, 2, 3, 4, 5, 6, List.of());
    assertThat(Json.line(Json.report(report)))
        .isEqualTo("{\"rows\":10,\"stale\":1,\"missing\":2,\"ghost\":7,\"pending\":5}");
  }
}
