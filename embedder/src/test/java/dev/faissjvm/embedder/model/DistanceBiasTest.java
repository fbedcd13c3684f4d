package dev.faissjvm.embedder.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DistanceBiasTest {

  @Test
  void relativeDistancesFallIntoTheReferencesRows() {
    // MPNetEncoder.relative_position_bucket for 32 rows and distances up to 128
    assertThat(
            List.of(0, -1, 1, -7, -8, 8, -16, 16, -64, 64, -127, 128, 400).stream()
                .map(distance -> DistanceBias.row(distance, 32))
                .toList())
        .containsExactly(0, 1, 17, 7, 8, 24, 10, 26, 14, 30, 15, 31, 31);
  }
}
