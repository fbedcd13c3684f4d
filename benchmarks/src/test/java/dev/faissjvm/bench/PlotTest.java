package dev.faissjvm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
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
  void onlyTheFrontOfRecallAndTimeIsDrawn() {
    List<Result> results =
        List.of(
            result("20,000 glosses: recall 0.90", "ours", 0.5, 0.93),
            result("20,000 glosses: setting 1", "ours", 0.2, 0.95),
            result("20,000 glosses: setting 2", "ours", 0.9, 0.99));
    assertThat(plot(results, "recall-20-000-glosses-jdk-17.svg").svg().split("<circle", -1))
        .as("two points and the mark beside the name")
        .hasSize(4);
  }
}
