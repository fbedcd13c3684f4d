package dev.faissjvm.sync.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.change.RowPages;
import dev.faissjvm.sync.change.TransientSyncException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Pages come in turn, one ahead at most, and failures come through. */
class ParallelPagesTest {

  /** Pages "a0", "a1" and so on; counts how many were asked for. */
  private static final class Listing implements RowPages<String> {
    private final String name;
    private final int pages;
    private final AtomicInteger asked = new AtomicInteger();

    Listing(String name, int pages) {
      this.name = name;
      this.pages = pages;
    }

    @Override
    public Optional<List<String>> next() {
      int page = asked.getAndIncrement();
      return page < pages ? Optional.of(List.of(name + page)) : Optional.empty();
    }

    @Override
    public void close() {}
  }

  @Test
  void pagesComeInTurnWhateverTheThreadsDo() {
    for (int attempt = 0; attempt < 50; attempt++) {
      List<String> seen = new ArrayList<>();
      try (ParallelPages<String> pages =
          new ParallelPages<>(
              List.of(new Listing("a", 3), new Listing("b", 1), new Listing("c", 2)))) {
        pages.next().ifPresent(seen::addAll);
        for (Optional<List<String>> page = pages.next(); page.isPresent(); page = pages.next()) {
          seen.addAll(page.get());
        }
      }
      assertThat(seen).containsExactly("a0", "b0", "c0", "a1", "c1", "a2");
    }
  }

  @Test
  void aListingIsOnePageAheadAtMost() throws InterruptedException {
    Listing slowlyTaken = new Listing("a", 100);
    try (ParallelPages<String> pages = new ParallelPages<>(List.of(slowlyTaken))) {
      for (int taken = 1; taken <= 5; taken++) {
        assertThat(pages.next()).isPresent();
        Thread.sleep(20);
        assertThat(slowlyTaken.asked.get()).isEqualTo(taken + 1);
      }
    }
  }

  @Test
  void aFailureComesThrough() {
    RowPages<String> failing =
        new RowPages<>() {
          @Override
          public Optional<List<String>> next() {
            throw new TransientSyncException("no answer", null);
          }

          @Override
          public void close() {}
        };
    try (ParallelPages<String> pages = new ParallelPages<>(List.of(new Listing("a", 1), failing))) {
      assertThat(pages.next()).contains(List.of("a0"));
      assertThatThrownBy(pages::next)
          .isInstanceOf(TransientSyncException.class)
          .hasMessage("no answer");
    }
  }

  @Test
  void listingsAreReadAtOnce() {
    CountDownLatch both = new CountDownLatch(2);
    List<RowPages<String>> listings = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      listings.add(
          new RowPages<>() {
            @Override
            public Optional<List<String>> next() {
              both.countDown();
              try {
                both.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return Optional.empty();
            }

            @Override
            public void close() {}
          });
    }
    try (ParallelPages<String> pages = new ParallelPages<>(listings)) {
      assertThat(pages.next()).isEmpty();
    }
  }
}
