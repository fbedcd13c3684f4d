package dev.faissjvm.embedder;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How many threads compute one text that nobody waits beside: all, or only the caller's, whichever
 * has been faster of late. On an idle machine all are; where other programs take the cores, the
 * threads wait for each other and one is faster. So every so often the other way is tried.
 *
 * <p><b>Threads.</b> Safe for use by many threads.
 */
final class SingleTexts {
  private static final int TRIED_EVERY = 32;
  private static final int KEPT = 5;

  /** More would wait for each other longer than they compute. */
  private static final int MOST = 4;

  /** What a text costs beside its tokens, in tokens: every weight is read once. */
  private static final int BASE_TOKENS = 16;

  private final int all;
  private final LongSupplier clock;
  private final AtomicInteger running = new AtomicInteger();
  private final Pace one = new Pace();
  private final Pace together = new Pace();
  private int asked;

  /**
   * Begins with no experience.
   *
   * @param threads the most that compute
   * @param clock nanoseconds since any time
   */
  SingleTexts(int threads, LongSupplier clock) {
    this.all = Math.min(threads, MOST);
    this.clock = clock;
  }

  /** Computes with a number of threads. */
  @FunctionalInterface
  interface Computation<R> {
    R by(int threads);
  }

  /** Computes one text of so many tokens. */
  <R> R one(int tokens, Computation<R> computation) {
    boolean alone = running.getAndIncrement() == 0;
    try {
      if (!alone || all == 1) {
        return computation.by(1);
      }
      boolean byAll = choose();
      long started = clock.getAsLong();
      R result = computation.by(byAll ? all : 1);
      took(byAll, (clock.getAsLong() - started) / (double) (tokens + BASE_TOKENS));
      return result;
    } finally {
      running.decrementAndGet();
    }
  }

  /** Computes many texts, by threads of their own. */
  <R> R many(Supplier<R> computation) {
    running.incrementAndGet();
    try {
      return computation.get();
    } finally {
      running.decrementAndGet();
    }
  }

  private synchronized boolean choose() {
    boolean faster = together.median() <= one.median();
    return asked++ % TRIED_EVERY == TRIED_EVERY - 1 ? !faster : faster;
  }

  private synchronized void took(boolean byAll, double nanos) {
    (byAll ? together : one).add(nanos);
  }

  /** The latest times for a token. */
  private static final class Pace {
    private final double[] latest = new double[KEPT];
    private int next;

    void add(double nanos) {
      latest[next++ % KEPT] = nanos;
    }

    /** Zero before there are some. */
    double median() {
      double[] sorted = Arrays.copyOf(latest, Math.min(next, KEPT));
      Arrays.sort(sorted);
      return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
  }
}
