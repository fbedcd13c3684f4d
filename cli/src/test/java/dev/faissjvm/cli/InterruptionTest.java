package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InterruptionTest {

  private final Interruption interruption = new Interruption();
  private final AtomicInteger asked = new AtomicInteger();

  @Test
  void guardedWorkIsAskedAndWaitedFor() throws IOException, InterruptedException {
    CountDownLatch stop = new CountDownLatch(1);
    Thread signal = new Thread(interruption::signal);
    String result =
        interruption.guard(
            stop::countDown,
            () -> {
              signal.start();
              try {
                assertThat(stop.await(10, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              return "half";
            });
    assertThat(result).isEqualTo("half");
    assertThat(interruption.requested()).isTrue();
    signal.join(50);
    assertThat(signal.isAlive()).as("the process waits until the command has ended").isTrue();
    interruption.ended();
    signal.join(10_000);
    assertThat(signal.isAlive()).isFalse();
  }

  @Test
  void workThatIsThroughHoldsNothingUp() throws IOException {
    interruption.guard(asked::incrementAndGet, () -> "whole");
    interruption.signal();
    assertThat(asked).hasValue(0);
  }

  @Test
  void workThatBeginsAfterTheSignalIsAskedAtOnce() throws IOException {
    interruption.signal();
    interruption.guard(asked::incrementAndGet, () -> "late");
    assertThat(asked).hasValue(1);
  }

  @Test
  void workEndsAtItsNextCheckpoint() {
    interruption.checkpoint();
    interruption.signal();
    assertThatThrownBy(
            () ->
                interruption.guard(
                    asked::incrementAndGet,
                    () -> {
                      interruption.checkpoint();
                      return "not reached";
                    }))
        .isInstanceOf(Interruption.StoppedException.class);
    assertThat(asked).hasValue(1);
  }
}
