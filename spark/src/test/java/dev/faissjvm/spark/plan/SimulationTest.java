package dev.faissjvm.spark.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SimulationTest {

  /** A shard of 100 rows takes 1 + 10 seconds, an executor 5 to start, a joined shard 2 + 10. */
  private static final UnitCosts COSTS = new UnitCosts(10, 1, 5, 1_000, 10_000, 2);

  private static Simulation run(int shards, int cores, double losses) {
    return Simulation.of(COSTS, new Simulation.Setting(100.0 * shards, shards, cores, losses), 7);
  }

  @Test
  void oneCoreTakesShardAfterShard() {
    assertThat(run(4, 1, 0)).isEqualTo(new Simulation(5 + 4 * 11, 4 * 12, 0, 0));
  }

  @Test
  void theLastShardIsWaitedFor() {
    assertThat(run(5, 2, 0).buildSeconds()).isEqualTo(5 + 3 * 11);
    assertThat(run(5, 9, 0).buildSeconds()).isEqualTo(5 + 11);
  }

  @Test
  void whatLossesCostIsWhatTheoryExpects() {
    // With losses at a rate r a shard of s seconds is begun exp(rs) times.
    double begun = Math.exp(11 * 36.0 / 3_600);
    Simulation run = run(20_000, 10, 36);

    assertThat(run.losses()).isCloseTo((int) (20_000 * (begun - 1)), within(120));
    assertThat(run.lostSeconds()).isPositive().isLessThan(run.losses() * 11.0 / 2 * 1.05);
    assertThat(run.buildSeconds() * 10)
        .isCloseTo(
            20_000 * 11.0 + run.lostSeconds() + (run.losses() + 10) * 5.0, within(11.0 * 10));
  }

  @Test
  void numbersThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> run(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UnitCosts(0, 1, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
