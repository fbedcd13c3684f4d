package dev.faissjvm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class PlotTest {

  private static Result result(String name, String contestant, double value, double recall) {
    return new Result("g", name, contestant, "ms", List.of(value), Map.of("recall", recall));
  }

  private static Plot plot(List<Result> results, String file) {
    return Objects.requireNonNull(Plots.of(results, "JDK 17").get(file), file);
  }

  /** Such an axis had no length, and endless ticks. */
  @Test
  void valuesThatAreAllOneHaveAnAxis() {
    assertThat(Axis.linear("recall", List.of(1.0, 1.0)).ticks()).contains(1.0).hasSizeBetween(2, 9);
  }

  @Test
  void anAxisHoldsItsValuesAtRoundPlaces() {
    assertThat(Axis.linear("x", List.of(0.91, 0.987)).ticks())
        .first()
        .satisfies(low -> assertThat(low).isLessThanOrEqualTo(0.91));
    Axis powers = Axis.logarithmic("y", List.of(0.3, 40.0));
    assertThat(powers.ticks()).containsExactly(0.1, 1.0, 10.0, 100.0);
    assertThat(powers.share(0.1)).isZero();
    assertThat(powers.share(100)).isEqualTo(1);
    assertThat(Axis.logarithmic("y", List.of(5.0)).ticks()).containsExactly(1.0, 10.0);
  }

  @Test
  void labelsAreAsShortAsTheyCanBe() {
    assertThat(
            List.of(Axis.label(1_000_000), Axis.label(20_000), Axis.label(0.95), Axis.label(100)))
        .containsExactly("1 M", "20 k", "0.95", "100");
  }

  @Test
  void casesOfAKindBecomeOnePlot() {
    List<Result> results =
        List.of(
            result("search by rows: 1000", "Flat", 1, 1),
            result("search by rows: 100000", "Flat", 100, 1),
            result("20,000 glosses: recall 0.90", "ours", 0.2, 0.93),
            result("20,000 glosses: recall 0.99", "ours", 0.5, 0.991),
            result("20,000 glosses: recall 0.99, 5.0 % kept", "ours", 0.4, 0.991));
    assertThat(Plots.of(results, "JDK 17").keySet())
        .containsExactly(
            "search-by-rows-jdk-17.svg",
            "recall-20-000-glosses-jdk-17.svg",
            "recall-20-000-glosses-5-0-kept-jdk-17.svg");
  }

  @Test
  void aPlotIsWellFormedAndHasAMarkAPointAndOneBesideTheName() throws Exception {
    List<Result> results =
        List.of(
            result("search by rows: 1000", "A & B <c>", 1, 1),
            result("search by rows: 100000", "A & B <c>", 100, 1));
    String svg = plot(results, "search-by-rows-jdk-17.svg").svg();
    Document parsed =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertThat(parsed.getElementsByTagName("circle").getLength()).isEqualTo(3);
    assertThat(parsed.getElementsByTagName("polyline").getLength()).isEqualTo(1);
    assertThat(svg).contains("A &amp; B &lt;c>").contains("prefers-color-scheme: dark");
  }

  @Test
  void theTableOfAReadmeIsReplacedAndNothingElse(@TempDir Path folder) throws IOException {
    String begin = "before\n<!-- written by ./bench report: summary-lucene.tsv -->\n";
    String end = "<!-- end of what ./bench report writes -->\nafter\n";
    Path readme = folder.resolve("README.md");
    Files.writeString(readme, begin + "old\n" + end);
    Summary.insert(
        readme, Map.of("a.json", merged("17.0.15", 4), "b.json", merged("25+36", 3)), "results/");
    String name = "| 1,000,000 clustered: index and merge | ";
    assertThat(readme)
        .hasContent(
            begin
                + "| | here | beside it | run |\n| --- | --- | --- | --- |\n"
                + name
                + "2.00 cpu s | Lucene HNSW 16/100: 4.00 cpu s (2.00 x) | [cpu, JDK 17](results/a.json) |\n"
                + name
                + "2.00 cpu s | Lucene HNSW 16/100: 3.00 cpu s (1.50 x) | [cpu, JDK 25](results/b.json) |\n"
                + end);
    Files.writeString(readme, "nothing");
    assertThatThrownBy(() -> Summary.insert(readme, Map.of(), ""))
        .hasMessageContaining("README.md: expected the comments <!-- written by ./bench report: ");
  }

  @Test
  void aPageShowsOfEachFigureTheLastRunThatHasIt() {
    Machine machine = new Machine("cpu", 2, "avx2", 1024, Map.of(), "abc");
    Result kept = new Result("line", "float32", "ours", "rows/s", List.of(10.0), Map.of());
    Result old = new Result("line", "bfloat16", "ours", "rows/s", List.of(20.0), Map.of());
    Result newer = new Result("line", "bfloat16", "ours", "rows/s", List.of(30.0), Map.of());
    Map<String, ResultFile> runs = new LinkedHashMap<>();
    runs.put("a.json", new ResultFile(1, "2026-01-01", machine, List.of(kept, old)));
    runs.put("b.json", new ResultFile(1, "2026-01-02", machine, List.of(newer)));
    assertThat(Report.page(runs))
        .containsSubsequence(
            "[2026-01-02](b.json)",
            "| bfloat16, rows/s | 30.0 ",
            "[2026-01-01](a.json)",
            "| float32, rows/s | 10.0 ")
        .doesNotContain("20.0");
  }

  private static ResultFile merged(String jdk, double peer) {
    Map<String, String> versions = Map.of("jdk", "OpenJDK 64-Bit Server VM " + jdk);
    Machine machine = new Machine("cpu", 2, "avx2", 1024, versions, "abc");
    String name = "1,000,000 clustered: build and merge";
    List<Result> results =
        List.of(
            new Result("lucene", name, "faiss-lucene", "cpu s", List.of(2.0), Map.of()),
            new Result("lucene", name, "Lucene HNSW 16/100", "cpu s", List.of(peer), Map.of()));
    return new ResultFile(1, "t", machine, results);
  }

  @Test
  void aRatioThatMovesFromRunToRunIsNotStable() {
    Machine machine = new Machine("cpu", 2, "avx2", 1024, Map.of(), "abc");
    List<ResultFile> runs =
        List.of(
            new ResultFile(
                1, "t", machine, List.of(result("c", "ours", 10, 1), result("c", "peer", 20, 1))),
            new ResultFile(
                1, "t", machine, List.of(result("c", "ours", 20, 1), result("c", "peer", 46, 1))));
    assertThat(Spread.of(runs))
        .extracting(Spread.Line::toString)
        .containsExactly(
            "g | c | ours: ±25 %, ratio ±0 %", "g | c | peer: ±28 %, ratio ±7 %, NOT STABLE");
  }
}
