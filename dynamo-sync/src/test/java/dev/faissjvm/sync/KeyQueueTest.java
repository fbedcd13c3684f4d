package dev.faissjvm.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.RowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyQueueTest {

  private static List<RowKey> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> RowKey.of("g", i)).toList();
  }

  @Test
  void batchesShrinkTowardsTheEndAndHoldEachKeyOnce() throws InterruptedException {
    KeyQueue queue = new KeyQueue(10_000, 10, () -> 100, () -> false);
    queue.give(keys(2_000));
    queue.end();
    List<Integer> sizes = new ArrayList<>();
    List<RowKey> taken = new ArrayList<>();
    for (Optional<List<RowKey>> batch = queue.take(); batch.isPresent(); batch = queue.take()) {
      sizes.add(batch.get().size());
      taken.addAll(batch.get());
    }

    assertThat(taken).isEqualTo(keys(2_000));
    assertThat(sizes).startsWith(100, 100).isSortedAccordingTo((a, b) -> b - a);
    assertThat(sizes.get(sizes.size() - 2)).isEqualTo(10);
  }

  @Test
  void whoWaitsIsLetGoWhenTheRunIsGivenUp() throws InterruptedException {
    AtomicBoolean givenUp = new AtomicBoolean();
    KeyQueue queue = new KeyQueue(10, 5, () -> 10, givenUp::get);
    Thread taker =
        new Thread(
            () -> {
              try {
                queue.take();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    taker.start();

    givenUp.set(true);

    taker.join(10_000);
    assertThat(taker.isAlive()).isFalse();
    queue.give(keys(20));
    assertThat(queue.take()).isEmpty();
  }
}
