package dev.faissjvm.sync.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.index.Fence;
import dev.faissjvm.sync.index.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a writer may rely on, of every lease. */
public abstract class LeaseContract {

  private static final Duration DURATION = Duration.ofSeconds(30);

  private final FakeClock clock = new FakeClock();
  private SyncTable table;

  /** Returns an empty table with the recipe's keys. */
  protected abstract SyncTable emptyTable(DocumentMapping mapping);

  @BeforeEach
  void makeTable() {
    table = emptyTable(DocumentMapping.recipe());
  }

  private Lease lease(String owner) {
    return table.lease(owner, DURATION, clock);
  }

  @Test
  void fencesOnlyGrow() {
    Lease one = lease("one");
    Lease other = lease("other");
    List<Long> fences = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      for (Lease lease : List.of(one, other)) {
        Fence fence = lease.acquire();
        fences.add(fence.number());
        lease.release(fence);
      }
    }

    assertThat(fences).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void oneHolderAtATime() {
    Fence fence = lease("one").acquire();

    assertThatExceptionOfType(LeaseHeldException.class)
        .isThrownBy(() -> lease("other").acquire())
        .satisfies(e -> assertThat(e.holder()).isEqualTo("one"));
    assertThat(fence.number()).isEqualTo(1);
  }

  @Test
  void ofManyThatAskAtOnceOneWins() throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<Integer>> attempts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Lease lease = lease("owner " + i);
      attempts.add(
          () -> {
            try {
              lease.acquire();
              return 1;
            } catch (LeaseHeldException e) {
              return 0;
            }
          });
    }
    int winners = 0;
    for (Future<Integer> attempt : threads.invokeAll(attempts)) {
      winners += attempt.get();
    }
    threads.shutdown();

    assertThat(winners).isEqualTo(1);
  }

  @Test
  void aSilentHolderIsReplacedAndFenced() {
    Lease one = lease("one");
    Lease other = lease("other");
    Fence first = one.acquire();
    clock.advance(DURATION.plusSeconds(1));

    Fence second = other.acquire();

    assertThat(second.number()).isEqualTo(first.number() + 1);
    assertThatExceptionOfType(FencedException.class).isThrownBy(() -> one.check(first));
    other.check(second);
  }

  @Test
  void aFormerHolderGivesNothingBack() {
    Lease one = lease("one");
    Lease other = lease("other");
    Fence first = one.acquire();
    clock.advance(DURATION.plusSeconds(1));
    Fence second = other.acquire();

    one.release(first);

    assertThatExceptionOfType(LeaseHeldException.class).isThrownBy(() -> lease("third").acquire());
    other.check(second);
  }

  @Test
  void aHolderThatChecksStays() {
    Lease one = lease("one");
    Fence fence = one.acquire();
    for (int i = 0; i < 5; i++) {
      clock.advance(DURATION.multipliedBy(2).dividedBy(3));
      assertThatExceptionOfType(LeaseHeldException.class)
          .isThrownBy(() -> lease("other").acquire());
      one.check(fence);
    }
  }

  @Test
  void aHolderThatNobodyReplacedMayGoOnAfterItsTime() {
    Lease one = lease("one");
    Fence fence = one.acquire();
    clock.advance(DURATION.multipliedBy(3));

    one.check(fence);

    assertThatExceptionOfType(LeaseHeldException.class).isThrownBy(() -> lease("other").acquire());
  }

  @Test
  void aFenceIsGoodForItsHolderOnly() {
    Lease one = lease("one");
    Fence fence = one.acquire();

    assertThatExceptionOfType(FencedException.class).isThrownBy(() -> lease("other").check(fence));
    one.release(fence);
    assertThatExceptionOfType(FencedException.class).isThrownBy(() -> one.check(fence));
  }

  @Test
  void aClockThatGoesBackwardsCostsNoHolding() {
    Lease one = lease("one");
    Fence fence = one.acquire();
    clock.advance(Duration.ofHours(-1));

    one.check(fence);

    assertThatExceptionOfType(LeaseHeldException.class).isThrownBy(() -> lease("other").acquire());
  }
}
