package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Vectors;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that takes too long, or that nobody wants any more, ends by itself and alone. */
class CancellationTest {
  private static final int D = 64;
  private final float[] rows = Vectors.gaussian(20_000, D, 1);

  private VectorIndex filled(String factory) {
    VectorIndex index = VectorIndex.create(factory, D, Metric.L2);
    index.train(Arrays.copyOf(rows, 2_000 * D));
    index.add(rows);
    return index;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "IVF16,SQ8", "IDMap2,Flat", "PCA32,Flat", "Flat,RFlat"})
  void aSearchPastItsTimeEnds(String factory) {
    SearchOptions hurried = SearchOptions.builder().timeout(Duration.ofNanos(1)).build();
    SearchOptions patient = SearchOptions.builder().timeout(Duration.ofMinutes(5)).build();
    float[] queries = Arrays.copyOf(rows, 100 * D);
    try (VectorIndex index = VectorIndex.create(factory, D, Metric.L2)) {
      index.train(Arrays.copyOf(rows, 2_000 * D));
      float[] some = Arrays.copyOf(rows, 2_000 * D);
      if (index.supports(Operation.ADD)) {
        index.add(some);
      } else {
        long[] ids = new long[2_000];
        Arrays.setAll(ids, i -> i);
        index.add(ids, some);
      }
      assertThatThrownBy(() -> index.search(queries, 5, hurried))
          .isInstanceOf(CancellationException.class)
          .hasMessage("search: expected to end within 1e-06 ms, got 0 of 100 queries answered");
      assertThatThrownBy(() -> index.rangeSearch(queries, 10, hurried))
          .isInstanceOf(CancellationException.class)
          .hasMessage("search: expected to end within 1e-06 ms, got 0 of 100 queries answered");
      assertThat(index.search(queries, 5, patient).ids()).isEqualTo(index.search(queries, 5).ids());
      assertThat(index.rangeSearch(queries, 10, patient).limits())
          .isEqualTo(index.rangeSearch(queries, 10, SearchOptions.DEFAULT).limits());
    }
  }

  /** Faiss's own interruption is one for the process: it would have ended every search there is. */
  @Test
  void onlyTheCallThatWasGivenItIsCancelled() throws Exception {
    Cancellation cancellation = new Cancellation();
    SearchOptions mine = SearchOptions.builder().cancelWith(cancellation).threads(2).build();
    try (VectorIndex index = filled("HNSW8")) {
      CompletableFuture<Neighbors> doomed =
          CompletableFuture.supplyAsync(() -> forever(index, mine));
      AtomicBoolean stop = new AtomicBoolean();
      CompletableFuture<Integer> others =
          CompletableFuture.supplyAsync(
              () -> {
                int answered = 0;
                while (!stop.get()) {
                  index.search(Arrays.copyOf(rows, 20 * D), 3);
                  answered++;
                }
                return answered;
              });
      TimeUnit.MILLISECONDS.sleep(100);
      assertThat(doomed).isNotDone();
      cancellation.cancel();
      assertThat(cancellation.isCancelled()).isTrue();
      assertThatThrownBy(() -> doomed.get(1, TimeUnit.MINUTES))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseInstanceOf(RuntimeException.class)
          .cause()
          .isInstanceOf(CancellationException.class)
          .hasMessageMatching("search: cancelled, with \\d+ of 20000 queries answered");
      TimeUnit.MILLISECONDS.sleep(50);
      stop.set(true);
      assertThat(others.get(1, TimeUnit.MINUTES)).isPositive();
      assertThatThrownBy(() -> index.search(rows, 1, mine))
          .isInstanceOf(CancellationException.class)
          .hasMessage("search: cancelled, with 0 of 20000 queries answered");
      assertThat(index.search(Arrays.copyOf(rows, D), 1).id(0, 0)).isNotNegative();
    }
  }

  private Neighbors forever(VectorIndex index, SearchOptions options) {
    while (true) {
      index.search(rows, 10, options);
    }
  }

  @Test
  void aTimeOutOfNothingIsRefused() {
    assertThatThrownBy(() -> SearchOptions.builder().timeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout in ns: expected at least 1, got 0");
  }
}
