package dev.faissjvm.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshnessTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path storage;

  private Duration ageAfter(int minutes) throws IOException {
    return new Freshness(storage).age(NOON.plus(Duration.ofMinutes(minutes)));
  }

  @Test
  void theAgeIsCountedFromTheLastRunThatLeftNothing() throws IOException {
    Freshness freshness = new Freshness(storage.resolve("."));
    freshness.begin(NOON);
    freshness.begin(NOON.plusSeconds(60));
    assertThat(ageAfter(3)).as("from the first run on").isEqualTo(Duration.ofMinutes(3));
    freshness.complete(NOON.plusSeconds(120));
    assertThat(ageAfter(3)).isEqualTo(Duration.ofMinutes(1));
    assertThat(ageAfter(1)).as("of another machine's clock").isZero();
  }
}
