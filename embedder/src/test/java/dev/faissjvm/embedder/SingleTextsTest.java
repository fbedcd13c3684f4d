package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SingleTextsTest {

  private static final int CALLS = 320;

  private final AtomicLong clock = new AtomicLong();
  private final SingleTexts singles = new SingleTexts(2, clock::get);

  /** How many threads each call had, where one thread and two take so long. */
  private List<Integer> threads(long one, long two) {
    List<Integer> threads = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      threads.add(
          singles.one(
              17,
              count -> {
                clock.addAndGet(count == 1 ? one : two);
                return count;
              }));
    }
    return threads;
  }

  @Test
  void theFasterWayIsTakenAndTheOtherTriedNowAndThen() {
    List<Integer> idle = threads(300, 200);
    assertThat(idle.stream().filter(count -> count == 1).count()).isBetween(10L, 12L);
    List<Integer> busy = threads(300, 900);
    assertThat(busy.stream().filter(count -> count == 2).count()).isBetween(12L, 15L);
    List<Integer> idleAgain = threads(300, 200);
    assertThat(idleAgain.subList(CALLS / 2, CALLS).stream().filter(count -> count == 1).count())
        .isLessThan(8);
  }

  @Test
  void besideAnotherComputationATextHasOnlyItsCallersThread() {
    assertThat(singles.<Integer>one(5, outer -> singles.one(5, inner -> inner))).isEqualTo(1);
    assertThat(singles.<Integer>many(() -> singles.one(5, inner -> inner))).isEqualTo(1);
  }
}
