package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("variant")
class BinaryIndexTest {
  private static final int D = 64;
  private static final int WIDTH = D / 8;
  private static final int N = 500;
  private final byte[] rows = random(N, 1);
  private final byte[] queries = random(25, 2);

  @TempDir Path folder = Path.of("");

  private static byte[] random(int n, long seed) {
    byte[] bytes = new byte[n * WIDTH];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] row(byte[] rows, int row) {
    return Arrays.copyOfRange(rows, row * WIDTH, (row + 1) * WIDTH);
  }

  private static int hamming(byte[] a, int i, byte[] b, int j) {
    int sum = 0;
    for (int c = 0; c < WIDTH; c++) {
      sum += Integer.bitCount((a[i * WIDTH + c] ^ b[j * WIDTH + c]) & 0xff);
    }
    return sum;
  }

  private BinaryIndex filled(String factory) {
    BinaryIndex index = BinaryIndex.create(factory, D);
    index.train(rows);
    if (index.supports(Operation.ADD)) {
      index.add(rows);
    } else {
      long[] ids = new long[N];
      Arrays.setAll(ids, i -> i);
      index.add(ids, rows);
    }
    return index;
  }

  private static SearchOptions everything() {
    return SearchOptions.parse("nprobe=16,efSearch=500");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"BFlat", "IDMap,BFlat", "IDMap2,BFlat", "BIVF16", "BIVF16_HNSW8", "BHNSW16"})
  void searchEqualsBruteForce(String factory) {
    try (BinaryIndex index = filled(factory)) {
      Neighbors found = index.search(queries, 10, everything());
      for (int query = 0; query < 25; query++) {
        int[] distances = new int[N];
        for (int row = 0; row < N; row++) {
          distances[row] = hamming(rows, row, queries, query);
        }
        for (int rank = 0; rank < 10; rank++) {
          int id = (int) found.id(query, rank);
          assertThat(found.distance(query, rank)).isEqualTo(distances[id]);
        }
        Arrays.sort(distances);
        assertThat(found.distance(query, 9)).isEqualTo(distances[9]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BIVF16 | nprobe=16 | nprobe",
        "BIVF16_HNSW8 | quantizer_efSearch=99,nprobe=3 | nprobe",
        "BHNSW8 | efSearch=99,efConstruction=80 | efConstruction",
      })
  void whatIsSetIsInTheFile(String factory, String parameters, String name) throws Exception {
    Path file = folder.resolve("set");
    try (BinaryIndex index = filled(factory).set(parameters)) {
      index.write(file);
      try (BinaryIndex read = BinaryIndex.read(file)) {
        assertThat(parameters).contains(name + "=" + read.describe().parameters().get(name));
        assertThat(read.search(queries, 5)).isEqualTo(index.search(queries, 5));
      }
      assertThatThrownBy(() -> index.set("k_factor=2"))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("set: this index has no k_factor");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BFlat", "IDMap2,BFlat", "BIVF16", "BHash8", "BHash4x8"})
  void aRangeHoldsWhatIsNearer(String factory) {
    try (BinaryIndex index = filled(factory)) {
      if (factory.startsWith("BHash")) {
        index.nflip(factory.equals("BHash8") ? 8 : 4);
      }
      RangeHits hits = index.rangeSearch(queries, 24, everything());
      for (int query = 0; query < 25; query++) {
        long expected = 0;
        for (int row = 0; row < N; row++) {
          expected += hamming(rows, row, queries, query) < 24 ? 1 : 0;
        }
        if (factory.equals("BHash4x8")) {
          assertThat(hits.ids(query)).hasSizeLessThanOrEqualTo((int) expected);
        } else {
          assertThat(hits.ids(query)).hasSize((int) expected);
        }
        for (float distance : hits.distances(query)) {
          assertThat(distance).isLessThan(24);
        }
      }
      assertThat(index.rangeSearch(queries, 0, everything()).ids()).isEmpty();
    }
  }

  @Test
  void idsOfTheCallerComeBackAndGoAway() {
    long[] ids = new long[N];
    Arrays.setAll(ids, i -> 1_000L + 3L * i);
    try (BinaryIndex index = BinaryIndex.create("IDMap2,BFlat", D)) {
      index.add(ids, rows);
      assertThat(index.search(row(rows, 7), 1).id(0, 0)).isEqualTo(1_021);
      assertThat(index.reconstruct(1_021, 1_000)).isEqualTo(concat(row(rows, 7), row(rows, 0)));
      assertThat(index.remove(IdFilter.of(1_021, 5))).isEqualTo(1);
      assertThat(index.count()).isEqualTo(N - 1);
      assertThat(index.upsert(new long[] {1_003, 9}, Arrays.copyOf(queries, 2 * WIDTH)))
          .isEqualTo(1);
      assertThat(index.count()).isEqualTo(N);
      assertThat(index.reconstruct(1_003)).isEqualTo(row(queries, 0));
      assertThatThrownBy(() -> index.reconstruct(1_021))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("id: expected one in the index, got 1021");
    }
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  /** Faiss numbers from ntotal, so after a removal two vectors would have had one id. */
  @Test
  void idsOfListsDoNotRepeatAfterARemoval() {
    try (BinaryIndex index = filled("BIVF16")) {
      assertThat(index.remove(IdFilter.range(0, 100))).isEqualTo(100);
      index.add(row(rows, 0));
      assertThat(index.search(row(rows, 0), 1, everything()).id(0, 0)).isEqualTo(N);
      assertThat(index.reconstruct(N)).isEqualTo(row(rows, 0));
      index.add(new long[] {Long.MAX_VALUE - 1}, row(rows, 1));
      assertThatThrownBy(() -> index.add(Arrays.copyOf(rows, 2 * D / 8)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("add: no ids are left past 9223372036854775806");
    }
  }

  /** Faiss emptied a copy of the tables: a search after it read past the end of the rows. */
  @Test
  void anEmptiedMultiHashIsEmpty() {
    try (BinaryIndex index = filled("BHash4x8")) {
      index.nflip(2);
      index.reset();
      index.add(row(rows, 3));
      assertThat(index.search(rows, 3).ids()).containsOnly(-1L, 0L);
      assertThat(index.rangeSearch(rows, D + 1, SearchOptions.DEFAULT).ids()).containsOnly(0L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BHash16", "BHash2x8", "BHash3x5"})
  void hashesOfShortVectorsStayInsideThem(String factory) {
    try (BinaryIndex index = BinaryIndex.create(factory, 16)) {
      byte[] short_ = {1, 2, 3, 4, 5, 6};
      index.add(short_);
      assertThat(index.search(new byte[] {3, 4}, 1).id(0, 0)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BFlat", "IDMap2,BFlat", "BHNSW16", "IDMap2,BHNSW16"})
  void filtersLetThroughWhatTheySay(String factory) {
    IdFilter filter = IdFilter.range(0, 100).and(IdFilter.of(3, 7).not());
    try (BinaryIndex index = filled(factory)) {
      for (long id : index.search(rows, 5, everything().with(filter)).ids()) {
        assertThat(id).isBetween(0L, 99L).isNotIn(3L, 7L);
      }
      assertThat(index.search(queries, 5, everything().with(IdFilter.range(9, 9))).ids())
          .containsOnly(-1L);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BFlat", "BIVF16", "BHNSW16", "IDMap2,BFlat", "BHash16", "BHash4x16"})
  void aCopyAndAReadFileAnswerTheSame(String factory) throws Exception {
    Path file = folder.resolve("index");
    try (BinaryIndex index = filled(factory);
        BinaryIndex copy = index.copy()) {
      index.write(file);
      Neighbors expected = index.search(rows, 5);
      assertThat(copy.search(rows, 5)).isEqualTo(expected);
      assertThat(copy.describe()).isEqualTo(index.describe());
      try (BinaryIndex read = BinaryIndex.read(file);
          BinaryIndex mapped = BinaryIndex.map(file)) {
        assertThat(read.search(rows, 5)).isEqualTo(expected);
        assertThat(mapped.search(rows, 5)).isEqualTo(expected);
        assertThat(mapped.supports(Operation.ADD)).isFalse();
        assertThatThrownBy(() -> mapped.reset())
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessage("reset: a mapped index is read-only; read it instead");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BFlat", "IDMap2,BFlat", "BIVF16", "BHNSW16"})
  void everyWayOutHasTheBytesOfTheFileAndEveryWayInReadsThem(String factory) throws Exception {
    Path file = folder.resolve("file");
    try (BinaryIndex index = filled(factory)) {
      index.write(file, WriteOption.CHECKSUM);
      byte[] expected = Files.readAllBytes(file);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      index.write(stream);
      assertThat(stream.toByteArray()).isEqualTo(expected);
      Neighbors answer = index.search(rows, 3);
      InputStream in = new ByteArrayInputStream(expected);
      InputStream again = new ByteArrayInputStream(expected);
      try (BinaryIndex fromStream = BinaryIndex.read(in);
          BinaryIndex fromBuffer = BinaryIndex.read(ByteBuffer.wrap(expected));
          BinaryIndex fromChannel = BinaryIndex.read(Channels.newChannel(again), expected.length);
          BinaryIndex fromFile = BinaryIndex.read(file, ReadOption.REQUIRE_CHECKSUM)) {
        for (BinaryIndex read : List.of(fromStream, fromBuffer, fromChannel, fromFile)) {
          assertThat(read.search(rows, 3)).isEqualTo(answer);
        }
      }
    }
    assertThatThrownBy(() -> BinaryIndex.read(file, ReadOption.ON_DISK_LISTS))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("read: lists of bits on disk are not there; map it");
  }

  @Test
  void aCopyIsMergedBackAndADifferentTrainingIsNot() {
    try (BinaryIndex index = filled("BIVF16");
        BinaryIndex copy = index.copy();
        BinaryIndex other = BinaryIndex.create("BIVF16", D)) {
      index.mergeFrom(copy, N);
      assertThat(index.count()).isEqualTo(2 * N);
      assertThat(copy.count()).isZero();
      assertThat(index.reconstruct(N + 7)).isEqualTo(row(rows, 7));
      other.train(random(N, 9));
      assertThatThrownBy(() -> index.mergeFrom(other, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "other: expected an index of the same kind and training; its centroids differ");
      assertThatThrownBy(() -> index.mergeFrom(index, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("other: expected another index, got this one");
    }
  }

  @Test
  void directBuffersAnswerAsArraysDo() {
    ByteBuffer in = ByteBuffer.allocateDirect(queries.length).put(queries).flip();
    ByteBuffer out = ByteBuffer.allocateDirect(25 * 5 * 12).order(ByteOrder.nativeOrder());
    FloatBuffer distances = out.slice(0, 500).order(ByteOrder.nativeOrder()).asFloatBuffer();
    LongBuffer ids = out.slice(500, 1_000).order(ByteOrder.nativeOrder()).asLongBuffer();
    try (BinaryIndex index = filled("BIVF16")) {
      index.search(in, 5, everything(), distances, ids);
      Neighbors got = new Neighbors(5, new float[125], new long[125]);
      distances.get(got.distances());
      ids.get(got.ids());
      assertThat(got).isEqualTo(index.search(queries, 5, everything()));
      assertThatThrownBy(
              () -> index.search(ByteBuffer.allocate(WIDTH), 1, everything(), distances, ids))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("buffers: expected direct ones in native byte order");
    }
  }

  @Test
  void describesItsParts() {
    try (BinaryIndex index = filled("BIVF16_HNSW8")) {
      assertThat(index.describe().chain())
          .isEqualTo("IndexBinaryIVF > IndexBinaryHNSW > IndexBinaryFlat");
      assertThat(index.describe().parameters()).containsEntry("nlist", "16");
    }
    try (BinaryIndex index = BinaryIndex.create("IDMap2,BHash4x16", D)) {
      assertThat(index.describe().chain())
          .isEqualTo("IndexBinaryIDMap2 > IndexBinaryMultiHash > IndexBinaryFlat");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "BIVF0 ; 1 to 67108864 lists",
        "BHNSW1 ; graphs with 2 to 4096 links a vector",
        "BIVF4_HNSW1 ; graphs with 2 to 4096 links a vector",
        "BHash58 ; hashes of 1 to 57 bits",
        "BHash5x16 ; 1 to 4 hashes of 16 bits",
        "BIVF16x ; [IDMap,|IDMap2,] and BFlat, BIVF32, BIVF32_HNSW16, BHNSW16, BHash16 or BHash4x16",
        "Flat ; [IDMap,|IDMap2,] and BFlat, BIVF32, BIVF32_HNSW16, BHNSW16, BHash16 or BHash4x16",
      })
  void factoryStringsThatFaissWouldTake(String factory, String expected) {
    assertThatThrownBy(() -> BinaryIndex.create(factory, D))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("factory: expected " + expected + ", got " + factory);
  }

  @Test
  void wrongCallsAreRefusedAndChangeNothing() {
    Class<IllegalArgumentException> wrong = IllegalArgumentException.class;
    Class<UnsupportedOperationException> cannot = UnsupportedOperationException.class;
    assertThatThrownBy(() -> BinaryIndex.create("BFlat", 12))
        .isInstanceOf(wrong)
        .hasMessage("dimension: expected a multiple of 8 bits, got 12");
    try (BinaryIndex index = filled("BIVF16")) {
      assertThatThrownBy(() -> index.add(new byte[9]))
          .isInstanceOf(wrong)
          .hasMessage(
              "vectors: expected a positive multiple of dimension / 8 bytes, got 9; dimension=64");
      assertThatThrownBy(() -> index.search(queries, 0))
          .isInstanceOf(wrong)
          .hasMessage("k: expected at least 1, got 0");
      assertThatThrownBy(() -> index.rangeSearch(queries, -1, SearchOptions.DEFAULT))
          .isInstanceOf(wrong)
          .hasMessage("radius: expected at least 0, got -1");
      assertThatThrownBy(() -> index.add(new long[] {-1}, row(rows, 0)))
          .isInstanceOf(wrong)
          .hasMessage("ids: expected none below 0, got -1; position=0");
      assertThatThrownBy(() -> index.upsert(new long[] {4, 4}, Arrays.copyOf(rows, 2 * D / 8)))
          .isInstanceOf(wrong)
          .hasMessage("ids: expected each once, got 4 twice");
      assertThatThrownBy(() -> index.reconstruct(N)).isInstanceOf(wrong);
      assertThatThrownBy(() -> index.nflip(1))
          .isInstanceOf(cannot)
          .hasMessage("nflip: expected a hash index, got IndexBinaryIVF");
      assertThatThrownBy(() -> index.search(queries, 1, SearchOptions.DEFAULT.with(IdFilter.of(1))))
          .isInstanceOf(cannot)
          .hasMessage(
              "filter: lists of bits take none; use IDMap2,BFlat; kind=IndexBinaryIVF >"
                  + " IndexBinaryFlat");
      assertThat(index.search(queries, 1_000).ids()).contains(-1L);
      assertThat(index.count()).isEqualTo(N);
    }
    try (BinaryIndex index = BinaryIndex.create("BIVF16", D)) {
      assertThatThrownBy(() -> index.add(rows))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("add: expected a trained index; call train(vectors) first");
      assertThatThrownBy(() -> index.search(rows, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("search: expected a trained index; call train(vectors) first");
      assertThatThrownBy(() -> index.train(row(rows, 0)))
          .isInstanceOf(wrong)
          .hasMessage("vectors: expected at least nlist rows to train on, got 1; nlist=16");
      index.train(rows);
      assertThat(index.search(rows, 2).ids()).containsOnly(-1L);
    }
    try (BinaryIndex index = filled("BHash16")) {
      assertThatThrownBy(() -> index.nflip(17))
          .isInstanceOf(wrong)
          .hasMessage("nflip: expected 0 to b and at most 1048576 buckets a query, got 17; b=16");
    }
    BinaryIndex closed = filled("BFlat");
    closed.close();
    assertThatThrownBy(() -> closed.search(queries, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("index: expected an open one, got a closed one");
  }
}
