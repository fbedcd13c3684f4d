package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.faissjvm.faiss.testing.Vectors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an index can do besides adding and searching. */
@org.junit.jupiter.api.Tag("variant")
class OperationsTest {
  private static final int D = 16;
  private static final int N = 1_000;
  private final float[] rows = Vectors.gaussian(N, D, 1);
  private final float[] queries = Vectors.gaussian(23, D, 2);

  private VectorIndex filled(String factory) {
    return Vectors.fill(VectorIndex.create(factory, D, Metric.L2), rows);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Flat",
        "SQ8",
        "SQfp16",
        "PQ4",
        "PQ4x4fs",
        "IVF16,Flat",
        "IVF16,SQ8",
        "IVF16,PQ4",
        "LSH",
        "PCA8,SQ8",
        "RaBitQ",
        "RQ4x5",
        "IVF16,RaBitQ",
        "IVF16,RQ2x5",
        "Flat,RFlat"
      })
  void codesStandForTheVectorsThatTheIndexStores(String factory) {
    try (VectorIndex index = filled(factory)) {
      byte[] codes = index.encode(rows);
      assertThat(codes).hasSize(N * index.codeSize());
      float[] decoded = index.decode(codes);
      assertThat(index.encode(rows)).isEqualTo(codes);
      if (index.supports(Operation.RECONSTRUCT) && !factory.contains("RFlat")) {
        assertClose(decoded, index.reconstructRange(0, N));
      }
      assertThat(index.count()).isEqualTo(N);
    }
  }

  /** Faiss reads and makes these, and throws from nearly everything, a search and a reset, too. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MinMax,SQ8 | IndexRowwiseMinMax",
        "MinMaxFP16,SQ8 | IndexRowwiseMinMaxFP16",
      })
  void aCodecAloneIsNothingElse(String factory, String kind) {
    try (VectorIndex index = VectorIndex.create(factory, D, Metric.L2)) {
      index.train(rows);
      float[] decoded = index.decode(index.encode(rows));
      for (int i = 0; i < rows.length; i++) {
        assertThat(decoded[i]).isCloseTo(rows[i], within(0.05f));
      }
      String reason = "it is a codec alone: encode and decode; use SQ8; kind=" + kind;
      refusesToSearch(index, reason);
      refuses(() -> index.add(rows), "add: " + reason);
      refuses(index::reset, "reset: " + reason);
      for (Operation operation : Operation.values()) {
        assertThat(index.supports(operation)).isEqualTo(operation == Operation.ENCODE);
      }
    }
  }

  /** Codes of two levels are what a graph is laid over; a search of them alone, Faiss throws at. */
  @Test
  void codesForAGraphAreNotSearched() {
    try (VectorIndex index = filled("Residual16,PQ4")) {
      refusesToSearch(index, "it stores vectors for a graph; use IVF,PQ; kind=Index2Layer");
      assertClose(index.decode(index.encode(rows)), index.reconstructRange(0, N));
      index.reset();
      assertThat(index.count()).isZero();
      assertThat(Stream.of(Operation.values()).filter(index::supports))
          .containsExactlyInAnyOrder(
              Operation.ADD, Operation.RESET, Operation.RECONSTRUCT, Operation.ENCODE);
    }
  }

  /** It has as many vectors as combinations, none of them stored. */
  @Test
  void aQuantizerOfListsIsOnlySearched() {
    try (VectorIndex index = VectorIndex.create("RCQ2x4", D, Metric.L2)) {
      index.train(rows);
      NeighborVectors found = index.searchAndReconstruct(queries, 3, SearchOptions.DEFAULT);
      assertThat(index.assign(queries, 3)).isEqualTo(found.neighbors().ids());
      for (int i = 0; i < found.neighbors().ids().length; i++) {
        assertThat((float) Vectors.squaredL2(found.vectors(), i, queries, i / 3, D))
            .isCloseTo(found.neighbors().distances()[i], within(1e-3f));
      }
      String reason = "it is a quantizer of an IVF index; use Flat; kind=ResidualCoarseQuantizer";
      refuses(() -> index.add(rows), "add: " + reason);
      refuses(index::reset, "reset: " + reason);
      refuses(() -> index.remove(IdFilter.of(1)), "remove: " + reason);
    }
  }

  private void refusesToSearch(VectorIndex index, String reason) {
    SearchOptions options = SearchOptions.DEFAULT;
    refuses(() -> index.search(queries, 5), "search: " + reason);
    refuses(
        () -> index.search(queries, 5, options, new float[23 * 5], new long[23 * 5]),
        "search: " + reason);
    refuses(
        () ->
            index.search(
                direct(23 * D).asFloatBuffer(),
                5,
                options,
                direct(23 * 5).asFloatBuffer(),
                direct(2 * 23 * 5).asLongBuffer()),
        "search: " + reason);
    refuses(
        () -> index.searchAndReconstruct(queries, 5, options), "search_and_reconstruct: " + reason);
    refuses(() -> index.assign(queries, 5), "assign: " + reason);
    refuses(() -> index.rangeSearch(queries, 1, options), "range_search: " + reason);
  }

  private static ByteBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES).order(ByteOrder.nativeOrder());
  }

  private static void refuses(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(UnsupportedOperationException.class).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "IVF16,SQ8", "HNSW8", "IVF16,PQ4x4fs", "PCA8,Flat"})
  void aSearchIntoTheCallersArraysAllocatesNothing(String factory) {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    float[] distances = new float[23 * 5];
    long[] ids = new long[23 * 5];
    int calls = 10_000; // the JVM's own kilobyte now and then is less than a byte of each
    try (VectorIndex index = filled(factory)) {
      long before = 0;
      for (int i = 0; i < 2 * calls; i++) {
        if (i == calls) {
          before = threads.getCurrentThreadAllocatedBytes();
        }
        index.search(queries, 5, SearchOptions.DEFAULT, distances, ids);
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(bytes).as("bytes of %s calls", calls).isLessThan(calls);
    }
  }

  private static void assertClose(float[] got, float[] expected) {
    assertThat(got).hasSameSizeAs(expected);
    for (int i = 0; i < got.length; i++) {
      assertThat(got[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-4f));
    }
  }

  @Test
  void codesThatAreNoneAreRefused() {
    try (VectorIndex index = filled("IVF17,SQ8")) {
      byte[] codes = index.encode(Arrays.copyOf(rows, 2 * D));
      codes[index.codeSize()] = 17; // the list of the second
      assertThatThrownBy(() -> index.decode(codes))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("codes: expected a list below 17, got 17; row=1");
      assertThatThrownBy(() -> index.decode(new byte[18]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("codes: expected a positive multiple of codeSize bytes, got 18; codeSize=17");
    }
    try (VectorIndex index = VectorIndex.create("SQ8", D, Metric.L2)) {
      assertThatThrownBy(() -> index.encode(rows))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("codec: expected a trained index; call train(vectors) first");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HNSW8 | ENCODE | a graph is no codec; use what stores its vectors, SQ8 say",
        "IDMap2,Flat | ENCODE | an id map is no codec; use what is inside it",
        "IVF16,PQ4x4fs | ENCODE | fast-scan codes cannot be taken out; use IVF,PQ",
        "IVF16,PQ4x4fs,RFlat | ENCODE | fast-scan codes cannot be taken out; use IVF,PQ",
        "IVF16,ITQ8,SH | ENCODE | spectral hashing keeps no vectors; use IVF,SQ8",
        "IVF16,PQ4x4fs | RANGE_SEARCH | a radius past 16 bits of its distances wraps around; use"
            + " IVF,PQ",
        "Flat | UPSERT | wrap it: IDMap2,<factory>",
        "HNSW8 | UPSERT | a graph has no removal; rebuild it, or filter at search",
        "HNSW8 | LISTS | only an IVF index has lists; use IVF,Flat",
        "IVF16,PQ4x4fs | SEARCH_AND_RECONSTRUCT | fast-scan codes cannot be taken out; use IVF,PQ",
        "IDMap,HNSW8 | SEARCH_AND_RECONSTRUCT | IDMap cannot look an id up; use IDMap2",
        "Flat | COPY_SUBSET | only an IVF index gives away some of its vectors; use copy() and"
            + " remove",
        "IVF16,PQ4x4fs | COPY_SUBSET | this code is not kept vector by vector; use copy() and"
            + " remove",
      })
  void whatAKindCannotDoIsRefusedWithTheReason(String factory, Operation operation, String reason) {
    try (VectorIndex index = filled(factory);
        VectorIndex other = filled(factory)) {
      assertThat(index.supports(operation)).isFalse();
      Runnable call =
          switch (operation) {
            case ENCODE -> () -> index.encode(rows);
            case SEARCH_AND_RECONSTRUCT ->
                () -> index.searchAndReconstruct(queries, 5, SearchOptions.DEFAULT);
            case UPSERT -> () -> index.upsert(new long[] {1}, Vectors.row(rows, D, 1));
            case LISTS -> index::lists;
            case RANGE_SEARCH -> () -> index.rangeSearch(queries, 1e30f, SearchOptions.DEFAULT);
            default -> () -> index.copySubsetTo(other, IdFilter.of(1));
          };
      assertThatThrownBy(call::run)
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              operation.name().toLowerCase(java.util.Locale.ROOT)
                  + ": "
                  + reason
                  + "; kind="
                  + index.describe().chain());
      assertThat(index.count()).isEqualTo(N);
    }
  }

  /** A refusal once named what the call stands on, not the call. */
  @Test
  void aRefusalNamesTheCall() {
    try (VectorIndex index = filled("HNSW8")) {
      String graph =
          "a graph is no codec; use what stores its vectors, SQ8 say;"
              + " kind=IndexHNSWFlat > IndexFlatL2";
      refuses(() -> index.decode(new byte[4]), "decode: " + graph);
      refuses(index::codeSize, "codeSize: " + graph);
      refuses(
          () -> index.renumber(new int[N]),
          "renumber: a graph has no removal; rebuild it, or filter at search;"
              + " kind=IndexHNSWFlat > IndexFlatL2");
      assertThat(index.count()).isEqualTo(N);
    }
    try (VectorIndex index = filled("IDMap2,IVF16,Flat")) {
      refuses(
          () -> index.renumber(new int[N]),
          "renumber: the map and the lists come apart; IVF keeps ids itself: leave IDMap out;"
              + " kind=IndexIDMap2 > IndexIVFFlat > IndexFlat");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Flat", "HNSW8", "IVF16,Flat", "IVF16,SQ8", "IDMap2,Flat", "PCA8,Flat", "SQ8"})
  void neighboursComeWithTheirVectors(String factory) {
    for (SearchOptions options :
        new SearchOptions[] {
          SearchOptions.parse("nprobe=4"),
          SearchOptions.parse("nprobe=4").with(IdFilter.range(0, 2)),
          SearchOptions.builder().nprobe(4).timeout(java.time.Duration.ofMinutes(1)).build()
        }) {
      try (VectorIndex index = filled(factory)) {
        NeighborVectors found = index.searchAndReconstruct(queries, 5, options);
        assertThat(found.neighbors().ids()).isEqualTo(index.search(queries, 5, options).ids());
        for (int i = 0; i < found.neighbors().ids().length; i++) {
          long id = found.neighbors().ids()[i];
          float[] vector = Vectors.row(found.vectors(), D, i);
          if (id < 0) {
            assertThat(vector).containsOnly(Float.NaN);
          } else {
            // PCA8 goes back by a matrix product, whose last bits depend on how many rows it has.
            float bound = factory.equals("PCA8,Flat") ? 1e-5f : 0;
            assertThat(vector).containsExactly(index.reconstruct(id), within(bound));
          }
        }
      }
    }
  }

  @Test
  void assigningIsSearchingForIds() {
    try (VectorIndex index = filled("Flat")) {
      assertThat(index.assign(queries, 3)).isEqualTo(index.search(queries, 3).ids());
      assertThat(index.reconstructRange(5, 8)).isEqualTo(Arrays.copyOfRange(rows, 5 * D, 8 * D));
      assertThat(index.reconstructRange(5, 5)).isEmpty();
      assertThatThrownBy(() -> index.reconstructRange(N - 1, N + 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("id: expected one in the index, got 1000");
      assertThatThrownBy(() -> index.reconstructRange(5, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("to: expected at least 5, got 4");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF16,Flat", "IDMap2,Flat", "IVF16,SQ8", "PCA16,IVF16,Flat"})
  void upsertReplacesWhatIsThereAndAddsTheRest(String factory) {
    try (VectorIndex index = filled(factory)) {
      float[] moved = Vectors.gaussian(3, D, 9);
      assertThat(index.upsert(new long[] {5, 2_000, 7}, moved)).isEqualTo(2);
      assertThat(index.count()).isEqualTo(N + 1);
      SearchOptions all = SearchOptions.parse("nprobe=16");
      assertThat(index.search(moved, 1, all).ids()).containsExactly(5, 2_000, 7);
      assertThatThrownBy(() -> index.upsert(new long[] {1, 9, 1}, moved))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("ids: expected each once, got 1 twice");
      float[] bad = moved.clone();
      bad[40] = Float.NaN;
      assertThatThrownBy(() -> index.upsert(new long[] {1, 2, 3}, bad))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(index.count()).isEqualTo(N + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF16,Flat", "IVF16,PQ4", "PCA8,IVF16,SQ8"})
  void aSubsetGoesToAnotherIndexOfTheSameTraining(String factory) {
    try (VectorIndex index = filled(factory);
        VectorIndex other = index.copy();
        VectorIndex foreign = filled("IVF8,Flat")) {
      other.reset();
      IdFilter filter = IdFilter.range(100, 300).and(IdFilter.of(150).not());
      assertThat(index.copySubsetTo(other, filter)).isEqualTo(199);
      assertThat(other.count()).isEqualTo(199);
      assertThat(index.count()).isEqualTo(N);
      SearchOptions all = SearchOptions.parse("nprobe=16");
      assertThat(other.search(queries, 5, all))
          .isEqualTo(index.search(queries, 5, all.with(filter)));
      assertThatThrownBy(() -> index.copySubsetTo(foreign, filter))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("other: expected an index of the same kind and training; ");
      assertThatThrownBy(() -> index.copySubsetTo(index, filter))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("other: expected another index, got this one");
      other.add(Arrays.copyOf(rows, D));
      assertThat(other.reconstruct(300)).hasSize(D); // ids go on past the largest
    }
  }

  /** A change once described the whole index as text, for a count that had moved. */
  @ParameterizedTest
  @ValueSource(strings = {"Flat", "IVF16,Flat", "IDMap2,Flat"})
  void addingOneVectorCostsNoDescription(String factory) {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    float[] row = Vectors.row(rows, D, 0);
    long[] id = {0};
    try (VectorIndex index = filled(factory)) {
      boolean positions = index.supports(Operation.ADD);
      long before = 0;
      for (int i = 0; i < 3_000; i++) {
        if (i == 2_000) {
          before = threads.getCurrentThreadAllocatedBytes();
        }
        id[0] = (long) N + i;
        if (positions) {
          index.add(row);
        } else {
          index.add(id, row);
        }
      }
      long each = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
      assertThat(each).isLessThan(400);
      assertThat(index.count()).isEqualTo(N + 3_000);
    }
  }

  /** A caller's ids between additions without ids once made each addition read all ids. */
  @Test
  void givenIdsAndNumberedOnesDoNotMeet() {
    try (VectorIndex index = filled("IVF16,Flat")) {
      index.add(new long[] {5_000}, Vectors.row(rows, D, 1));
      index.add(Vectors.row(rows, D, 2));
      index.remove(IdFilter.of(5_001));
      index.add(Vectors.row(rows, D, 3));
      assertThat(index.reconstruct(5_002)).isEqualTo(Vectors.row(rows, D, 3));
      index.add(new long[] {Long.MAX_VALUE}, Vectors.row(rows, D, 4));
      assertThatThrownBy(() -> index.add(Vectors.row(rows, D, 5)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("add: the largest id there is, is in use; give ids");
      assertThat(index.reconstruct(Long.MAX_VALUE)).isEqualTo(Vectors.row(rows, D, 4));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "IVF16,Flat | nprobe=8 | nprobe=8",
        "IVF16_HNSW8,SQ8 | nprobe=4,quantizer_efSearch=99 | efSearch=99",
        "IDMap2,HNSW8 | efSearch=50, efConstruction=80 | efConstruction=80",
        "PCA8,IVF16,PQ4,RFlat | nprobe=2,k_factor=2.5 | k_factor=2.5",
        "IVF16,PQ4+4 | k_factor=3 | nprobe=1",
        "IVF16,RQ2x4fs_32_Nrq2x4 | nprobe=5 | nprobe=5",
        "NSG8,Flat | search_L=40 | search_L=40",
      })
  void whatIsSetIsInTheFile(String factory, String parameters, String described) throws Exception {
    try (VectorIndex index = filled(factory).set(parameters)) {
      Neighbors found = index.search(queries, 5);
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      index.write(file);
      try (VectorIndex read = VectorIndex.read(ByteBuffer.wrap(file.toByteArray()))) {
        String name = described.substring(0, described.indexOf('='));
        assertThat(parts(read.describe()))
            .anyMatch(part -> described.equals(name + "=" + part.parameters().get(name)));
        assertThat(read.search(queries, 5)).isEqualTo(found);
      }
    }
  }

  private static Stream<IndexDescription> parts(IndexDescription index) {
    return Stream.concat(Stream.of(index), index.parts().stream().flatMap(OperationsTest::parts));
  }

  @Test
  void aSettingIsASearchOfItself() {
    try (VectorIndex index = filled("IVF16,SQ8")) {
      Neighbors wide = index.search(queries, 5, SearchOptions.parse("nprobe=16"));
      assertThat(index.search(queries, 5)).isNotEqualTo(wide);
      assertThat(index.set("nprobe=16").search(queries, 5)).isEqualTo(wide);
    }
    try (VectorIndex thin = VectorIndex.create("HNSW4", D, Metric.L2).set("efConstruction=2");
        VectorIndex thick = VectorIndex.create("HNSW4", D, Metric.L2).set("efConstruction=200")) {
      thin.add(rows);
      thick.add(rows);
      assertThat(hits(thick)).isGreaterThan(hits(thin));
    }
  }

  private long hits(VectorIndex graph) {
    long[] first = graph.search(rows, 1).ids();
    return LongStream.range(0, N).filter(i -> first[(int) i] == i).count();
  }

  @Test
  void aSettingThatIsNoneLeavesTheOthers() {
    try (VectorIndex index = filled("IVF16,Flat")) {
      assertThatThrownBy(() -> index.set("nprobe=4,efConstruction=40"))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("set: this index has no efConstruction");
      assertThatThrownBy(() -> index.set("nprobe=17"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("nprobe: expected 1 to 16, got 17");
      assertThatThrownBy(() -> index.set("nprobe=1.5"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("nprobe: expected 1 to 16, got 1.5");
      assertThatThrownBy(() -> index.set("nprobe"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("parameters: expected name=value, got nprobe");
      assertThat(index.describe().parameters()).containsEntry("nprobe", "1");
    }
  }
}
