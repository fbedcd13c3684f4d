package dev.faissjvm.sync.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.change.Row;
import dev.faissjvm.sync.change.RowKey;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The JSON is an interface: these lines must not change. */
class HitJsonTest {

  private static SearchHit hit(Map<String, Object> fields, List<String> highlights) {
    return new SearchHit(
        1, RowKey.of("noun", "02779636-n"), 0.7123456789, fields, "passage", highlights);
  }

  @Test
  void aHitIsRankKeyScoreAndFields() {
    Map<String, Object> fields =
        Map.of("content", "a \"place\"", "content_id", "02779636-n", "content_group", "noun");
    assertThat(HitJson.of(hit(fields, List.of()), KeyNames.recipe()).toString())
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
    assertThat(HitJson.of(hit(fields, List.of()), KeyNames.recipe()).toString())
        .endsWith(
            "\"fields\":{\"big\":1000,\"bytes\":\"AQID\",\"exact\":0.10,\"list\":[\"a\",2],"
                + "\"map\":{\"inner\":[\"x\"]},\"nothing\":null,\"truth\":true}}");
  }

  @Test
  void highlightsAreThereOnlyWhenAskedFor() {
    assertThat(HitJson.of(hit(Map.of(), List.of("<b>place</b>")), KeyNames.recipe()).toString())
        .endsWith("\"fields\":{},\"highlights\":[\"<b>place</b>\"]}");
  }

  @Test
  void keysOfOtherTypesAndTablesKeepTheirNames() {
    assertThat(HitJson.key(RowKey.of(7, "x"), KeyNames.of("shop", "sku")).toString())
        .isEqualTo("{\"shop\":7,\"sku\":\"x\"}");
    assertThat(HitJson.key(RowKey.of("x"), KeyNames.of("sku")).toString())
        .isEqualTo("{\"sku\":\"x\"}");
  }
}
