package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.faissjvm.faiss.testing.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards answer as one index over all their vectors does. */
class IndexShardsTest {
  private static final int D = 16;
  private static final int N = 1_000;
  private final float[] rows = Vectors.gaussian(N, D, 1);
  private final float[] queries = Vectors.gaussian(19, D, 2);

  private static VectorIndex[] created(String factory, Metric metric, int n) {
    VectorIndex[] parts = new VectorIndex[n];
    Arrays.setAll(parts, i -> VectorIndex.create(factory, D, metric));
    return parts;
  }

  private static long[] ids(int n) {
    long[] ids = new long[n];
    Arrays.setAll(ids, i -> 7L * i + 3);
    return ids;
  }

  @ParameterizedTest
  @EnumSource(
      value = Metric.class,
      names = {"L2", "INNER_PRODUCT", "L1"})
  void successiveShardsAnswerAsOneIndex(Metric metric) {
    try (VectorIndex whole = VectorIndex.create("Flat", D, metric);
        IndexShards shards = IndexShards.successive(created("Flat", metric, 3))) {
      whole.add(rows);
      shards.add(rows);
      assertThat(shards.count()).isEqualTo(N);
      assertThat(shards.shards()).extracting(VectorIndex::count).containsExactly(333L, 333L, 334L);
      for (int threads : new int[] {1, 3, 8}) {
        SearchOptions options = SearchOptions.builder().threads(threads).build();
        for (int k : new int[] {1, 10, 99}) {
          assertThat(shards.search(queries, k, options)).isEqualTo(whole.search(queries, k));
        }
        Neighbors all = shards.search(queries, N + 100, options); // more than there are: any ties
        assertThat(all.distances()).isEqualTo(whole.search(queries, N + 100).distances());
        assertThat(Arrays.stream(all.ids(), 0, N).distinct().filter(id -> id >= 0)).hasSize(N);
        assertThat(Arrays.stream(all.ids(), N, N + 100)).containsOnly(-1L);
      }
    }
  }

  /** Faiss filters each shard by its own numbers. */
  @Test
  void aFilterSpeaksOfTheIdsThatAreFound() {
    long[] bits = new long[N / 64 + 1];
    for (int i = 0; i < N; i += 3) {
      bits[i / 64] |= 1L << i;
    }
    IdFilter third = IdFilter.bitmap(bits, N);
    List<IdFilter> filters =
        List.of(
            IdFilter.range(200, 500),
            IdFilter.range(0, 20),
            IdFilter.of(1, 332, 333, 666, 999, 5_000, -4, Long.MIN_VALUE),
            third,
            IdFilter.bitmap(bits, 333),
            third.not().and(IdFilter.range(100, 990)).or(IdFilter.of(3, 999)),
            IdFilter.range(Long.MIN_VALUE, Long.MAX_VALUE).xor(IdFilter.of(4)));
    try (VectorIndex whole = VectorIndex.create("SQ8", D, Metric.L2);
        IndexShards shards = IndexShards.successive(created("SQ8", Metric.L2, 3))) {
      whole.train(rows);
      shards.train(rows);
      whole.add(rows);
      shards.add(rows);
      for (IdFilter filter : filters) {
        SearchOptions options = SearchOptions.DEFAULT.with(filter);
        assertThat(shards.search(queries, 9, options).ids())
            .isEqualTo(whole.search(queries, 9, options).ids());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IVF16,Flat",
        "IVF16,SQ8",
        "IVF16,PQ4",
        "IVF16,PQ4x4fs",
        "IVF16,RQ2x4",
        "IVF16_HNSW8,Flat",
        "IMI2x2,Flat"
      })
  void shardsOfListsAnswerAsOneIndex(String factory) {
    IdFilter some = IdFilter.range(200, 5_000);
    try (VectorIndex whole = VectorIndex.create(factory, D, Metric.L2)) {
      whole.train(rows);
      VectorIndex first = whole.copy();
      VectorIndex second = whole.copy();
      whole.add(ids(N), rows);
      try (IndexShards shards = IndexShards.ofLists(first, second)) {
        shards.add(ids(N), rows);
        for (int n : new int[] {1, 7, 19}) {
          float[] asked = Vectors.gaussian(n, D, n);
          for (String parameters : new String[] {"", "nprobe=3", "nprobe=99,threads=5"}) {
            SearchOptions options = SearchOptions.parse(parameters);
            assertThat(shards.search(asked, 9, options).distances()) // short codes have ties
                .isEqualTo(whole.search(asked, 9, options).distances());
            if (whole.supports(Operation.FILTER)) {
              assertThat(shards.search(asked, 9, options.with(some)).distances())
                  .isEqualTo(whole.search(asked, 9, options.with(some)).distances());
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Metric.class,
      names = {"L2", "INNER_PRODUCT"})
  void shardsOfListsAreClusteredOnce(Metric metric) {
    VectorIndex first = VectorIndex.create("IVF16,Flat", D, metric);
    VectorIndex second = VectorIndex.create("IVF16_HNSW8,PQ4", D, metric);
    try (IndexShards shards = IndexShards.ofLists(first, second)) {
      assertThatThrownBy(() -> shards.search(queries, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("search: expected a trained index; call train(vectors) first");
      shards.train(rows);
      assertThat(second.lists().centroids()).isEqualTo(first.lists().centroids());
      shards.add(rows);
      shards.add(rows);
      SearchOptions all = SearchOptions.parse("nprobe=16,quantizer_efSearch=99");
      try (IndexShards apart = IndexShards.of(first.copy(), second.copy())) {
        assertThat(shards.search(queries, N, all).distances())
            .containsExactly(apart.search(queries, N, all).distances(), within(1e-3f));
      }
      assertThat(shards.remove(IdFilter.range(0, N))).isEqualTo(N);
    }
  }

  @Test
  void shardsOfOtherCentroidsAreRefused() {
    try (VectorIndex index = VectorIndex.create("IVF4,Flat", D, Metric.L2);
        VectorIndex other = VectorIndex.create("IVF4,Flat", D, Metric.L2);
        VectorIndex fewer = VectorIndex.create("IVF3,Flat", D, Metric.L2);
        VectorIndex product = VectorIndex.create("IMI2x1,Flat", D, Metric.L2);
        VectorIndex chain = VectorIndex.create("PCA8,IVF4,Flat", D, Metric.L2);
        VectorIndex flat = VectorIndex.create("Flat", D, Metric.L2)) {
      assertThatThrownBy(() -> IndexShards.ofLists(index, fewer).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("shards: expected one number of lists, got 4 and 3");
      assertThatThrownBy(() -> IndexShards.ofLists(index, product).close())
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("centroids: expected a quantizer that takes some, got Multi");
      assertThatThrownBy(() -> IndexShards.ofLists(chain).close())
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("shards: expected IVF alone, got IndexPreTransform");
      assertThatThrownBy(() -> IndexShards.ofLists(flat).close())
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("lists: only an IVF index has lists; use IVF,Flat; kind=IndexFlat");
      assertThatThrownBy(() -> IndexShards.ofLists().close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("shards: expected at least one index, got none");
      index.train(rows);
      other.train(Vectors.gaussian(N, D, 9));
      assertThatThrownBy(() -> IndexShards.ofLists(index, other).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "shards: expected the same centroids, got others; train the shards together, or copy()"
                  + " a trained one");
      assertThat(index.isTrained()).isTrue(); // not closed
    }
    VectorIndex[] parts = created("IVF4,Flat", Metric.L2, 2);
    try (IndexShards shards = IndexShards.ofLists(parts)) {
      parts[0].train(rows);
      parts[1].train(Vectors.gaussian(N, D, 9));
      assertThatThrownBy(() -> shards.search(queries, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("search: expected the same centroids, got others; ");
    }
  }

  @Test
  void idsAreTheShardsOwnAndGoOn() {
    try (IndexShards shards = IndexShards.of(created("IDMap2,Flat", Metric.L2, 3)).threads(3)) {
      shards.add(ids(N), rows);
      Neighbors found =
          shards.search(queries, 5, SearchOptions.DEFAULT.with(IdFilter.of(3, 7_003)));
      assertThat(found.ids()).containsOnly(3L, -1L); // 7 * 1,000 + 3 is not there
      assertThat(shards.remove(IdFilter.range(0, 703))).isEqualTo(100);
      assertThat(shards.count()).isEqualTo(N - 100);
      shards.add(Arrays.copyOf(rows, 2 * D));
      Neighbors again = shards.search(Arrays.copyOf(rows, 2 * D), 1);
      assertThat(again.ids()).containsExactly(7L * N - 3, 7L * N - 2); // past the largest id
      shards.reset();
      assertThat(shards.search(queries, 2).ids()).containsOnly(-1L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void whatIsRefusedLeavesEveryShardAsItWas(int threads) {
    float[] bad = rows.clone();
    bad[(N - 1) * D] = Float.NaN; // in the last shard's portion
    try (IndexShards shards = IndexShards.of(created("IDMap2,Flat", Metric.L2, 4))) {
      shards.threads(threads);
      assertThatThrownBy(() -> shards.add(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "vectors: expected finite components with a squared norm under 1e37, got nan; row=249");
      assertThatThrownBy(() -> shards.add(ids(3), rows))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("ids: expected length 1000, got 3");
      assertThatThrownBy(() -> shards.search(new float[D], 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("k: expected at least 1, got 0");
      assertThat(shards.count()).isZero();
    }
    try (IndexShards shards = IndexShards.successive(created("Flat", Metric.L2, 2))) {
      shards.add(rows);
      assertThatThrownBy(() -> shards.add(rows))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("add: expected successive shards to be empty, got 500 vectors");
      assertThatThrownBy(() -> shards.remove(IdFilter.of(1)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "remove: successive ids are positions; use IndexShards.of with shards that hold ids");
      assertThatThrownBy(() -> shards.add(ids(N), rows))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThat(shards.count()).isEqualTo(N);
    }
    try (IndexShards shards = IndexShards.of(created("Flat", Metric.L2, 2))) {
      assertThatThrownBy(() -> shards.add(rows))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("add_with_ids: wrap it: IDMap2,<factory>; kind=IndexFlat");
    }
  }

  @Test
  void indexesThatDoNotFitTogetherStayTheCallers() {
    try (VectorIndex index = VectorIndex.create("Flat", D, Metric.L2);
        VectorIndex longer = VectorIndex.create("Flat", D + 1, Metric.L2);
        VectorIndex product = VectorIndex.create("Flat", D, Metric.INNER_PRODUCT);
        VectorIndex untrained = VectorIndex.create("SQ8", D, Metric.L2)) {
      refusesTogether("shards: expected one dimension, got 16 and 17", index, longer);
      refusesTogether("shards: expected one metric, got L2 and INNER_PRODUCT", index, product);
      refusesTogether("shards: expected one trained, got true and false", index, untrained);
      refusesTogether("shards: expected each index once, got one twice", index, index);
      refusesTogether("shards: expected at least one index, got none");
      assertThat(index.count()).isZero(); // not closed
    }
  }

  private static void refusesTogether(String message, VectorIndex... parts) {
    assertThatThrownBy(() -> IndexShards.of(parts).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneTimeoutHoldsForAllShardsTogether(boolean lists) {
    VectorIndex[] parts = created(lists ? "IVF4,Flat" : "Flat", Metric.L2, 3);
    try (IndexShards shards = lists ? IndexShards.ofLists(parts) : IndexShards.successive(parts)) {
      shards.train(rows);
      shards.add(rows);
      SearchOptions none = SearchOptions.builder().timeout(Duration.ofNanos(1)).build();
      assertThatThrownBy(() -> shards.search(queries, 1, none))
          .isInstanceOf(CancellationException.class);
      SearchOptions ample = SearchOptions.builder().timeout(Duration.ofMinutes(1)).build();
      assertThat(shards.search(queries, 1, ample)).isEqualTo(shards.search(queries, 1));
    }
  }

  @Test
  void closingClosesTheShardsAndLeavesNoThread() throws Exception {
    long open = Faiss.open();
    VectorIndex[] parts = created("IDMap2,Flat", Metric.L2, 4);
    IndexShards shards = IndexShards.of(parts).threads(4);
    shards.add(ids(N), rows);
    ExecutorService callers = Executors.newFixedThreadPool(3);
    List<Future<?>> running = new ArrayList<>();
    SearchOptions together = SearchOptions.builder().threads(4).build();
    Neighbors expected = shards.search(queries, 3);
    for (int caller = 0; caller < 3; caller++) {
      running.add(
          callers.submit(
              () -> {
                for (int i = 0; i < 50; i++) {
                  assertThat(shards.search(queries, 3, together)).isEqualTo(expected);
                }
              }));
    }
    for (Future<?> caller : running) {
      caller.get();
    }
    shards.close();
    shards.close();
    callers.shutdown();
    assertThat(callers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(Faiss.open()).isEqualTo(open);
    assertThatThrownBy(() -> shards.search(queries, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("shards: expected an open one, got a closed one");
    assertThatThrownBy(parts[0]::count).isInstanceOf(IllegalStateException.class);
    for (int i = 0; i < 200 && helpers() > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(helpers()).isZero();
  }

  private static long helpers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("faiss-shards"))
        .count();
  }
}
