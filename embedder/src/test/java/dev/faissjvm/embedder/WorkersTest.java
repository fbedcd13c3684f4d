package dev.faissjvm.embedder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class WorkersTest {

  @Test
  void whoHasJoinedATeamHasLeftWhenItIsDone() {
    try (Workers workers = new Workers(3)) {
      AtomicLong joined = new AtomicLong();
      for (int i = 0; i < 20_000; i++) {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger pieces = new AtomicInteger(8);
        AtomicInteger done = new AtomicInteger();
        workers
            .team(3)
            .run(
                () -> {
                  inside.incrementAndGet();
                  joined.incrementAndGet();
                  while (pieces.getAndDecrement() > 0) {
                    done.incrementAndGet();
                  }
                  while (done.get() < 8) {
                    Thread.onSpinWait();
                  }
                  inside.decrementAndGet();
                });
        assertThat(inside).hasValue(0);
        assertThat(done).hasValue(8);
      }
      assertThat(joined.get()).isGreaterThan(20_000);
    }
  }

  @Test
  void busyWorkersAreNotWaitedFor() throws Exception {
    try (Workers workers = new Workers(1)) {
      CountDownLatch busy = new CountDownLatch(1);
      CountDownLatch free = new CountDownLatch(1);
      AtomicInteger parts = new AtomicInteger();
      Thread list =
          new Thread(
              () ->
                  workers.run(
                      1,
                      task -> {
                        busy.countDown();
                        await(free);
                        return 1;
                      },
                      done -> {}));
      list.start();
      busy.await();
      workers.team(2).run(parts::incrementAndGet);
      assertThat(parts).hasValue(1);
      free.countDown();
      list.join();
      assertThat(parts).hasValue(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
