package dev.faissjvm.sync;

import dev.faissjvm.sync.change.RowKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/**
 * Listed keys on their way to be read, cut into batches by how many there are: a share of what
 * waits, between a smallest and a largest size.
 *
 * <p>Large batches let the embedder put texts of like length together; small ones at the end leave
 * little to commit and settle when the last vector is there, and a small one at the start has the
 * embedder working soon.
 */
final class KeyQueue {

  private static final int SHARE = 8;

  private final Queue<RowKey> keys = new ArrayDeque<>();
  private final int capacity;
  private final int smallest;
  private final IntSupplier largest;
  private final BooleanSupplier givenUp;
  private boolean ended;

  KeyQueue(int capacity, int smallest, IntSupplier largest, BooleanSupplier givenUp) {
    this.capacity = capacity;
    this.smallest = smallest;
    this.largest = largest;
    this.givenUp = givenUp;
  }

  /** Takes keys in when there is room, or not at all if the run is given up. */
  synchronized void give(List<RowKey> page) throws InterruptedException {
    while (keys.size() >= capacity && !givenUp.getAsBoolean()) {
      wait(Pipe.POLL_MILLIS);
    }
    if (!givenUp.getAsBoolean()) {
      keys.addAll(page);
      notifyAll();
    }
  }

  /** Returns the next batch, or nothing at the end or when the run is given up. */
  synchronized Optional<List<RowKey>> take() throws InterruptedException {
    while (keys.size() < smallest && !ended && !givenUp.getAsBoolean()) {
      wait(Pipe.POLL_MILLIS);
    }
    if (keys.isEmpty() || givenUp.getAsBoolean()) {
      return Optional.empty();
    }
    int size = Math.max(smallest, Math.min(largest.getAsInt(), keys.size() / SHARE));
    List<RowKey> batch = new ArrayList<>(size);
    while (batch.size() < size && !keys.isEmpty()) {
      batch.add(keys.remove());
    }
    notifyAll();
    return Optional.of(batch);
  }

  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
