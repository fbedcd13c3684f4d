package dev.faissjvm.cli.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures worked out by hand from the price file. */
class EstimateTest {

  private static final Offset<Double> CENT = within(0.01);

  private static Load load(double rows, double changes, double searches) {
    return new Load(rows, changes, searches, 384, 500, 400, 1_600, 15_000, 20);
  }

  private static double monthly(String way, Load load) throws IOException {
    return Estimate.of(load, Prices.read(null)).monthly().getOrDefault(way, Double.NaN);
  }

  @Test
  void anIdleTableCostsItsStorageAndItsSchedule() throws IOException {
    // 1,000,000 * (384 * 4 + 500) bytes = 2.036 GB * 0.30 = 0.6108
    // 8,640 calls * 0.05 s * 2 GB * 0.0000166667 = 0.0144, and 8,640 * 0.20 / 1e6 = 0.0017
    assertThat(monthly(Estimate.FUNCTIONS, load(1_000_000, 0, 0))).isCloseTo(0.627, CENT);
    assertThat(monthly(Estimate.DYNAMODB, load(1_000_000, 0, 0))).isCloseTo(0.384, CENT);
    assertThat(monthly(Estimate.SERVER, load(1_000_000, 0, 0))).isCloseTo(128.52, CENT);
    assertThat(monthly(Estimate.OPENSEARCH, load(1_000_000, 0, 0))).isCloseTo(350, CENT);
  }

  @Test
  void searchesAndChangesArePaidByTheirNumber() throws IOException {
    double idle = monthly(Estimate.FUNCTIONS, load(1_000_000, 0, 0));
    // 1.5 million * 0.02 s * 2 GB * 0.0000166667 = 1.00, and 1.5 * (0.20 + 1.00) = 1.80
    assertThat(monthly(Estimate.FUNCTIONS, load(1_000_000, 0, 50_000)) - idle)
        .isCloseTo(2.80, CENT);
    // 0.6 million * (4 * 0.625 + 0.125) / 1e6 = 1.575; 1,500 s * 2 GB = 0.05; 3 * 0.9216 GB * 0.06
    assertThat(monthly(Estimate.FUNCTIONS, load(1_000_000, 20_000, 0)) - idle)
        .isCloseTo(1.575 + 0.05 + 0.166, CENT);
    // 1.5 million * 1.536 GB * 0.01 * 0.002: what is paid by the gigabyte examined
    assertThat(monthly(Estimate.DYNAMODB, load(1_000_000, 0, 50_000))).isCloseTo(46.464, CENT);
  }

  @Test
  void theAdviceFollowsTheRates() throws IOException {
    Prices prices = Prices.read(null);
    double day = 86_400;
    for (double rate : new double[] {399, 401, 1_601, 15_001}) {
      Load load = load(1e9, rate * day, 0);
      Estimate estimate = Estimate.of(load, prices);
      assertThat(estimate.utilisation()).isCloseTo(rate / 400, within(1e-9));
      assertThat(estimate.advice(load))
          .startsWith(
              rate < 400
                  ? "one function keeps up"
                  : rate < 1_600
                      ? "one function cannot keep up: run faissjvm sync --watch"
                      : rate < 15_000 ? "neither a function" : "one machine cannot keep up");
    }
    assertThat(Estimate.of(load(1_440_000, 0, 0), prices).firstLoadHours())
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> load(0, 0, 0))
        .hasMessage("load: expected one row or more, and no negative numbers");
    assertThatThrownBy(() -> new Load(1, 0, 0, 384, 0, 0, 1, 1, 1))
        .hasMessage("rates: expected numbers above zero");
  }

  @Test
  void aFileOfOnesOwnTakesThePlaceOfWhatItNames(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("prices.properties");
    Files.writeString(file, "date=today\nserver.hour=1\n");
    Prices prices = Prices.read(file);
    assertThat(prices.date()).isEqualTo("today");
    Load load = load(1, 0, 0);
    assertThat(Estimate.of(load, prices).monthly().get(Estimate.SERVER)).isCloseTo(720, CENT);
    assertThat(Estimate.of(load, prices).monthly().get(Estimate.OPENSEARCH))
        .isEqualTo(monthly(Estimate.OPENSEARCH, load));
    Files.writeString(file, "dynamodb.million-writes=much\n");
    Prices wrong = Prices.read(file);
    assertThatThrownBy(() -> Estimate.of(load, wrong))
        .hasMessage("prices: expected a number for dynamodb.million-writes, got much");
  }

  /** What is called measured is derived from the median of the file that it names. */
  @Test
  void measuredRatesAreThoseOfTheirFile() throws IOException {
    Prices prices = Prices.read(null);
    double twoProcessors = median(Path.of("..", prices.measuredIn()));
    assertThat(prices.of("function.rows-per-second")).isCloseTo(twoProcessors / 2, within(1.0));
    assertThat(prices.of("server.rows-per-second")).isCloseTo(twoProcessors * 2, within(1.0));
  }

  private static double median(Path file) throws IOException {
    for (JsonNode result : new ObjectMapper().readTree(file.toFile()).path("results")) {
      if (result.path("name").asText().equals("500 rows")
          && result.path("contestant").asText().equals("the embedder alone")) {
        double[] samples = new double[result.path("samples").size()];
        for (int i = 0; i < samples.length; i++) {
          samples[i] = result.path("samples").get(i).asDouble();
        }
        Arrays.sort(samples);
        return samples[samples.length / 2];
      }
    }
    throw new IllegalStateException("results: expected the embedder alone, got none; file=" + file);
  }
}
