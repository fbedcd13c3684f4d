package dev.faissjvm.sync;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/**
 * A bounded queue between two stages. Giving waits for room and taking for something to take, both
 * until the run is given up; {@link #end} says that nothing more will come.
 */
final class Pipe<T> {

  /** How soon a stage that waits sees that the run is given up. */
  static final long POLL_MILLIS = 20;

  private final Queue<T> queue = new ArrayDeque<>();
  private final int capacity;
  private final BooleanSupplier givenUp;
  private boolean ended;

  Pipe(int capacity, BooleanSupplier givenUp) {
    this.capacity = capacity;
    this.givenUp = givenUp;
  }

  /** Returns whether it was taken in; it was not if the run is given up. */
  synchronized boolean give(T item) throws InterruptedException {
    while (queue.size() >= capacity && !givenUp.getAsBoolean()) {
      wait(POLL_MILLIS);
    }
    if (givenUp.getAsBoolean()) {
      return false;
    }
    queue.add(item);
    notifyAll();
    return true;
  }

  /** Returns the next item, or nothing at the end or when the run is given up. */
  synchronized Optional<T> take() throws InterruptedException {
    while (queue.isEmpty() && !ended && !givenUp.getAsBoolean()) {
      wait(POLL_MILLIS);
    }
    if (givenUp.getAsBoolean()) {
      return Optional.empty();
    }
    Optional<T> next = Optional.ofNullable(queue.poll());
    notifyAll();
    return next;
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
