package dev.faissjvm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Machine MACHINE =
      new Machine("cpu", 2, "avx2", 1024, Map.of("jdk", "17", "faiss", "1.12.0"), "abc");

  private static Result result(String contestant, String unit, Double... samples) {
    return new Result("g", "c", contestant, unit, List.of(samples), Map.of());
  }

  @Test
  void aTableComparesWithTheFirst() {
    assertThat(
            Report.tables(
                List.of(
                    result("ours", "us", 10.0, 10.0, 10.0),
                    result("theirs", "us", 15.0, 15.0, 15.0)),
                Shares.of(new ResultFile(ResultFile.FORMAT, "", MACHINE, List.of()))))
        .isEqualTo(
            """
            | | ours | theirs |
            | --- | --- | --- |
            | c, us | 10.0 ±0 % | 15.0 (1.50 x) ±0 % |

            """);
  }

  @Test
  void aResultIsAShareOfWhatTheMachineCanDo() {
    ResultFile limits =
        new ResultFile(
            ResultFile.FORMAT,
            "",
            MACHINE,
            List.of(
                limit(LimitsGroup.MEMORY_OF_ONE, 10.0), limit(LimitsGroup.PRODUCT_OF_ONE, 100.0)));
    Map<String, Double> read = Map.of(Shares.BYTES, 50_000.0);
    Map<String, Double> product = Map.of(Shares.FLOPS, 200_000.0);
    assertThat(
            Report.tables(
                List.of(
                    new Result("g", "reads", "ours", "us", List.of(10.0), read),
                    new Result("g", "multiplies", "ours", "us", List.of(10.0), product),
                    new Result("g", "texts", "ours fp32", "texts/s", List.of(30.0), Map.of()),
                    new Result("g", "texts", "ours int8", "texts/s", List.of(60.0), Map.of()),
                    new Result("g", "texts", "limit fp32", "texts/s", List.of(40.0), Map.of())),
                Shares.of(limits)))
        .isEqualTo(
            """
            | | ours |
            | --- | --- |
            | reads, us | 10.0 ±0 %, 50 % of the memory's rate |
            | multiplies, us | 10.0 ±0 %, 20 % of the matrix product's rate |

            | | ours fp32 | ours int8 | limit fp32 |
            | --- | --- | --- | --- |
            | texts, texts/s | 30.0 ±0 %, 75 % of the products alone | 60.0 (0.50 x) ±0 % | 40.0 (0.75 x) ±0 % |

            """);
  }

  @Test
  void aPageShowsOfEachFigureTheLastRunThatHasIt() {
    Result kept = new Result("line", "float32", "ours", "rows/s", List.of(10.0), Map.of());
    Result old = new Result("line", "bfloat16", "ours", "rows/s", List.of(20.0), Map.of());
    Result newer = new Result("line", "bfloat16", "ours", "rows/s", List.of(30.0), Map.of());
    Map<String, ResultFile> runs = new LinkedHashMap<>();
    runs.put("a.json", new ResultFile(1, "2026-01-01", MACHINE, List.of(kept, old)));
    runs.put("b.json", new ResultFile(1, "2026-01-02", MACHINE, List.of(newer)));
    assertThat(Report.page(runs))
        .containsSubsequence(
            "[2026-01-02](b.json)",
            "| bfloat16, rows/s | 30.0 ",
            "[2026-01-01](a.json)",
            "| float32, rows/s | 10.0 ")
        .doesNotContain("20.0");
  }

  @Test
  void aRatioThatMovesFromRunToRunIsNotStable() {
    List<ResultFile> runs =
        List.of(
            new ResultFile(
                1,
                "2026-01-01T00:00:00Z",
                MACHINE,
                List.of(spread("ours", 10), spread("peer", 20))),
            new ResultFile(
                1,
                "2026-01-01T00:00:00Z",
                MACHINE,
                List.of(spread("ours", 20), spread("peer", 46))));
    assertThat(Spread.of(runs))
        .extracting(Spread.Line::toString)
        .containsExactly(
            "g | c | ours: ±25 %, ratio ±0 %", "g | c | peer: ±28 %, ratio ±7 %, NOT STABLE");
    assertThat(Spread.page(Spread.of(runs), Map.of("a.json", runs.get(0))))
        .contains(
            "- [2026-01-01](a.json): cpu, 2 cores (avx2), 1 GiB; faiss 1.12.0; 17; commit abc\n")
        .endsWith(
            """
            2 figures, 1 with a ratio beyond ±5 %.

            | | figure | ratio |
            | --- | ---: | ---: |
            | g: c: ours | ±25 % | ±0 % |
            | g: c: peer | ±28 % | **not stable** ±7 % |
            """);
  }

  private static Result limit(String name, double billions) {
    return new Result("limits", name, "machine", "GB/s", List.of(billions), Map.of());
  }

  private static Result spread(String contestant, double value) {
    return new Result("g", "c", contestant, "ms", List.of(value), Map.of());
  }
}
