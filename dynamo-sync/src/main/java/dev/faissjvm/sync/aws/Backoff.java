package dev.faissjvm.sync.aws;

import dev.faissjvm.sync.change.TransientSyncException;
import java.util.concurrent.ThreadLocalRandom;

/** Waits longer and longer between attempts, with jitter, and gives up in the end. */
final class Backoff {

  private static final int MAX_ATTEMPTS = 10;
  private static final long FIRST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 5_000;

  private final String what;
  private int attempts;

  Backoff(String what) {
    this.what = what;
  }

  void pause() {
    attempts++;
    if (attempts >= MAX_ATTEMPTS) {
      throw new TransientSyncException(
          what + ": expected the table to keep up, got leftovers in " + attempts + " attempts",
          null);
    }
    long most = Math.min(LONGEST_MILLIS, FIRST_MILLIS << attempts);
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientSyncException(what + ": expected time to wait, got an interruption", e);
    }
  }
}
