package dev.faissjvm.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C and SIGTERM as a request instead of an end.
 *
 * <p>While a command is inside {@link #guard}, the first signal asks it to stop at its next safe
 * point and holds the process until it has; outside, the process ends at once.
 *
 * <p><b>Threads.</b> Safe for use by many threads. The work runs on one thread, the request arrives
 * on another.
 */
final class Interruption {

  /** How long a signal waits for the safe point. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Runnable stop;
  private boolean requested;

  /** Returns an interruption that the signals of this process reach. */
  static Interruption ofProcess() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::signal, "stop"));
    return interruption;
  }

  /**
   * Does work that ends by itself soon after it is asked to.
   *
   * @param request asks it; called at most once, on another thread, or before the work if it is
   *     late
   * @param work the work
   * @return what the work returns
   * @throws IOException if the work does
   */
  <T> T guard(Runnable request, Work<T> work) throws IOException {
    boolean late;
    synchronized (this) {
      stop = request;
      late = requested;
    }
    if (late) {
      request.run();
    }
    try {
      return work.run();
    } finally {
      unguard();
    }
  }

  /** Ends guarded work here, if the process was asked to end. */
  void checkpoint() {
    if (requested()) {
      throw new StoppedException();
    }
  }

  /** {@return whether the process was asked to end} */
  synchronized boolean requested() {
    return requested;
  }

  /** Says that the command has ended and has said so: the process may end. */
  void ended() {
    ended.countDown();
  }

  /** Asks guarded work to stop and waits until the command has ended; else returns at once. */
  void signal() {
    Runnable request;
    synchronized (this) {
      requested = true;
      request = stop;
    }
    if (request == null || ended.getCount() == 0) {
      return;
    }
    request.run();
    try {
      if (!ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println(
            "stop: expected a safe point within " + PATIENCE.toSeconds() + " s, got none");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void unguard() {
    if (!requested) {
      stop = null;
    }
  }

  /** Work has ended at a checkpoint, as it was asked to. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoppedException() {
      super("stopped");
    }
  }

  /** Work that may be asked to stop. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }
}
