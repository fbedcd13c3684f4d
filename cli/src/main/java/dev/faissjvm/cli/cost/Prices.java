package dev.faissjvm.cli.cost;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Dated prices by name, in US dollars, and the rates that go with them. */
public final class Prices {

  private final Properties values = new Properties();

  private Prices() {}

  /**
   * Reads prices.
   *
   * @param file a file like the one that comes along, whose entries take the place of its, or null
   * @return the prices
   * @throws IOException if the file cannot be read
   */
  public static Prices read(@Nullable Path file) throws IOException {
    Prices prices = new Prices();
    try (Reader reader = own()) {
      prices.values.load(reader);
    }
    if (file != null) {
      try (Reader reader = Files.newBufferedReader(file)) {
        prices.values.load(reader);
      }
    }
    return prices;
  }

  private static Reader own() throws IOException {
    InputStream stream = Prices.class.getResourceAsStream("prices.properties");
    if (stream == null) {
      throw new IOException("prices: expected in the jar, got none");
    }
    return new InputStreamReader(stream, StandardCharsets.UTF_8);
  }

  /** {@return the day on which they were looked up} */
  public String date() {
    return values.getProperty("date", "unknown");
  }

  /** {@return the file of benchmarks/results that the measured rates are of} */
  public String measuredIn() {
    return values.getProperty("rates.measured-in", "a file of yours");
  }

  /**
   * Returns what something costs, or how fast it is.
   *
   * @param name its name in the file
   * @return the price or the rate
   */
  public double of(String name) {
    String value = values.getProperty(name);
    try {
      if (value != null) {
        return Double.parseDouble(value.strip());
      }
    } catch (NumberFormatException e) {
      // The message below says what was expected.
    }
    throw new IllegalArgumentException("prices: expected a number for " + name + ", got " + value);
  }
}
