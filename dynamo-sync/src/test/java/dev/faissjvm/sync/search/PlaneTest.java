package dev.faissjvm.sync.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PlaneTest {

  @Test
  void theFirstAxisIsTheOneAlongWhichVectorsDifferMost() {
    float[][] vectors = {{4, 0, 1}, {-4, 0, 1}, {0, 1, 1}, {0, -1, 1}};
    float[][] plane = Plane.project(vectors);
    assertThat(Math.abs(plane[0][0])).isCloseTo(1, within(1e-3f));
    assertThat(plane[1][0]).isCloseTo(-plane[0][0], within(1e-3f));
    assertThat(plane[2][0]).isCloseTo(0, within(1e-3f));
    assertThat(Math.abs(plane[2][1])).isCloseTo(1, within(1e-3f));
    assertThat(plane[3][1]).isCloseTo(-plane[2][1], within(1e-3f));
  }

  @Test
  void equalVectorsAndNoneAreDrawnToo() {
    assertThat(Plane.project(new float[][] {{1, 2}, {1, 2}}))
        .isDeepEqualTo(new float[][] {{0, 0}, {0, 0}});
    assertThat(Plane.project(new float[0][0])).isEmpty();
  }
}
