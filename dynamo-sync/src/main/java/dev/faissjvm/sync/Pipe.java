package dev.faissjvm.sync;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A bounded queue between two stages. Giving waits for room and taking for something to take, both
 * until the run is given up; {@link #end} says that nothing more will come.
 */
final class Pipe<T> {

  private static final long POLL_MILLIS = 20;

  private final BlockingQueue<T> queue;
  private final BooleanSupplier givenUp;
  private volatile boolean ended;

  Pipe(int capacity, BooleanSupplier givenUp) {
    this.queue = new ArrayBlockingQueue<>(capacity);
    this.givenUp = givenUp;
  }

  /** Returns whether it was taken in; it was not if the run is given up. */
  boolean give(T item) throws InterruptedException {
    while (!givenUp.getAsBoolean()) {
      if (queue.offer(item, POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the next item, or nothing at the end or when the run is given up. */
  Optional<T> take() throws InterruptedException {
    while (!givenUp.getAsBoolean()) {
      boolean last = ended;
      T item = queue.poll(last ? 0 : POLL_MILLIS, TimeUnit.MILLISECONDS);
      if (item != null) {
        return Optional.of(item);
      } else if (last) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  void end() {
    ended = true;
  }
}
