package dev.faissjvm.sync;

import java.time.Duration;

/** Says when to stop: asked to, or out of time. */
final class StopSignal {

  private final long endNanos;
  private volatile boolean asked;

  StopSignal(Duration time) {
    this.endNanos = System.nanoTime() + saturatedNanos(time);
  }

  private static long saturatedNanos(Duration time) {
    Duration most = Duration.ofDays(10_000);
    return (time.compareTo(most) < 0 ? time : most).toNanos();
  }

  void ask() {
    asked = true;
  }

  boolean isSet() {
    return asked || System.nanoTime() - endNanos >= 0;
  }
}
