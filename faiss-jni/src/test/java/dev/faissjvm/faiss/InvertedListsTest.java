package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.InvertedLists.DirectMap;
import dev.faissjvm.faiss.testing.Vectors;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An IVF index from the inside. */
class InvertedListsTest {
  private static final int D = 16;
  private static final int N = 1_000;
  private static final SearchOptions ALL = SearchOptions.parse("nprobe=16");
  private final float[] rows = Vectors.gaussian(N, D, 1);

  @TempDir Path folder = Path.of("");

  private VectorIndex filled(String factory) {
    VectorIndex index = VectorIndex.create(factory, D, Metric.L2);
    index.train(rows);
    index.add(rows);
    return index;
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF16,Flat", "IVF16,PQ4x4fs", "PCA8,IVF16,SQ8", "IVF16_HNSW8,PQ4"})
  void everyVectorIsInTheListThatIsNearest(String factory) {
    try (VectorIndex index = filled(factory)) {
      InvertedLists lists = index.lists();
      assertThat(lists.count()).isEqualTo(16);
      long[] sizes = lists.sizes();
      assertThat(LongStream.of(sizes).sum()).isEqualTo(N);
      long[] nearest = lists.nearest(rows);
      long seen = 0;
      for (int list = 0; list < 16; list++) {
        long[] ids = lists.ids(list);
        assertThat(ids).hasSize((int) sizes[list]);
        for (long id : ids) {
          assertThat(nearest[(int) id]).isEqualTo(list);
        }
        seen += ids.length;
      }
      assertThat(seen).isEqualTo(N);
      assertThatThrownBy(() -> lists.ids(16)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> lists.ids(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IVF16,Flat",
        "IVF16,SQ8",
        "IVF16,PQ4",
        "IVF16,PQ4x4fs",
        "IVF16,PQ4+4",
        "IVF16,RaBitQ",
        "IVF16,RQ2x4",
        "IVF16_HNSW8,Flat",
        "PCA8,IVF16,SQ8"
      })
  void aSearchInTheNearestListsIsASearch(String factory) {
    try (VectorIndex index = filled(factory)) {
      InvertedLists lists = index.lists();
      IdFilter some = IdFilter.range(100, 600);
      for (int n : new int[] {1, 7, 19}) { // by the same sums on any number of threads
        float[] queries = Vectors.gaussian(n, D, n);
        for (String parameters : new String[] {"", "nprobe=5", "nprobe=99,threads=3"}) {
          SearchOptions options = SearchOptions.parse(parameters);
          Neighbors nearest = lists.nearest(queries, options);
          assertThat(lists.search(queries, 7, nearest, options).ids())
              .isEqualTo(index.search(queries, 7, options).ids());
          if (index.supports(Operation.FILTER)) {
            assertThat(lists.search(queries, 7, nearest, options.with(some)).ids())
                .isEqualTo(index.search(queries, 7, options.with(some)).ids());
          }
        }
        assertThat(lists.search(queries, N + 9, lists.nearest(queries, ALL), ALL).ids())
            .isEqualTo(index.search(queries, N + 9, ALL).ids())
            .contains(-1L);
      }
    }
  }

  /** Faiss looks at a list's number in a parallel region, or not at all. */
  @Test
  void listsThatAreNoneAreRefused() {
    try (VectorIndex index = filled("IVF16,Flat");
        VectorIndex untrained = VectorIndex.create("IVF16,Flat", D, Metric.L2)) {
      refuses(index, new long[] {16}, 0, "lists: expected -1 to 15, got 16");
      refuses(index, new long[] {-2}, 0, "lists: expected -1 to 15, got -2");
      refuses(index, new long[] {3}, Float.NaN, "lists: expected finite distances, got nan");
      refuses(index, new long[2], 0, "lists: expected length 1, got 2");
      for (int each : new int[] {0, 17}) {
        Neighbors lists = new Neighbors(each, new float[each], new long[each]);
        assertThatThrownBy(
                () -> index.lists().search(new float[D], 1, lists, SearchOptions.DEFAULT))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("lists: expected 1 to 16 a query, got " + each);
      }
      assertThatThrownBy(() -> untrained.lists().nearest(rows))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("search: expected a trained index; call train(vectors) first");
    }
  }

  private static void refuses(VectorIndex index, long[] lists, float distance, String message) {
    float[] distances = new float[lists.length];
    Arrays.fill(distances, distance);
    Neighbors given = new Neighbors(1, distances, lists);
    assertThatThrownBy(() -> index.lists().search(new float[D], 1, given, SearchOptions.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF16,Flat", "IVF16_HNSW8,Flat", "IVF16,PQ4", "PCA8,IVF16,Flat"})
  void centroidsAreTakenFromElsewhere(String factory) {
    try (VectorIndex index = filled(factory);
        VectorIndex other = VectorIndex.create(factory, D, Metric.L2)) {
      float[] centroids = index.lists().centroids();
      other.lists().centroids(centroids);
      assertThat(other.isTrained()).isFalse();
      other.train(Vectors.gaussian(N, D, 5));
      assertThat(other.lists().centroids()).isEqualTo(centroids);
      assertThatThrownBy(() -> index.lists().centroids(centroids))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("centroids: expected an index that is not trained yet");
    }
    try (VectorIndex untrained = VectorIndex.create("IVF16,Flat", D, Metric.L2);
        VectorIndex product = VectorIndex.create("IMI2x4,Flat", D, Metric.L2)) {
      assertThatThrownBy(() -> untrained.lists().centroids())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("centroids: expected an index that has some; call train(vectors) first");
      assertThatThrownBy(() -> untrained.lists().centroids(new float[15 * D]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("centroids: expected length 256, got 240");
      assertThatThrownBy(() -> product.lists().centroids(new float[256 * D]))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage(
              "centroids: expected a quantizer that takes some, got MultiIndexQuantizer; train one"
                  + " index and copy() it");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ARRAY", "HASH"})
  void aDirectMapFindsWhatAPassFinds(DirectMap map) {
    try (VectorIndex index = filled("IVF16,SQ8")) {
      float[] expected = index.reconstructRange(0, N);
      index.lists().directMap(map);
      assertThat(index.lists().directMap()).isEqualTo(map);
      assertThat(index.reconstructRange(0, N)).isEqualTo(expected);
      for (long absent : new long[] {-1, N, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> index.reconstruct(absent))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("id: expected one in the index, got " + absent);
      }
      index.add(Vectors.row(rows, D, 3));
      assertThat(index.reconstruct(N)).isEqualTo(index.reconstruct(3));
    }
  }

  /** Faiss takes only lists of ids with a hash table, and nothing at all with an array. */
  @Test
  void removingKeepsAHashTableTrueAndNeedsNoArray() {
    try (VectorIndex index = filled("IVF16,Flat")) {
      index.lists().directMap(DirectMap.HASH);
      index.add(new long[] {5}, Vectors.row(rows, D, 6)); // twice now
      assertThat(index.remove(IdFilter.range(0, 100).xor(IdFilter.of(7)))).isEqualTo(100);
      assertThat(index.count()).isEqualTo(N - 99);
      assertThat(index.lists().directMap()).isEqualTo(DirectMap.HASH);
      assertThat(index.reconstruct(7)).isEqualTo(Vectors.row(rows, D, 7));
      assertThatThrownBy(() -> index.reconstruct(5)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> index.lists().directMap(DirectMap.ARRAY))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("directMap: an array needs ids from 0 to 900, got ")
          .hasMessageEndingWith("; use HASH");
      assertThat(index.lists().directMap()).isEqualTo(DirectMap.HASH);
    }
    try (VectorIndex index = filled("IVF16,Flat")) {
      index.lists().directMap(DirectMap.ARRAY);
      assertThatThrownBy(() -> index.remove(IdFilter.of(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "remove: an array of positions cannot lose one; directMap(NONE) or directMap(HASH)"
                  + " first");
      assertThatThrownBy(() -> index.add(new long[] {9}, Vectors.row(rows, D, 1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "add: an array of positions takes no ids; directMap(NONE) or directMap(HASH) first");
      assertThat(index.count()).isEqualTo(N);
    }
    try (VectorIndex index = filled("IVF16,PQ4x4fs")) {
      assertThatThrownBy(() -> index.lists().directMap(DirectMap.HASH))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessage("directMap: fast-scan codes cannot be taken out; use IVF,PQ");
    }
  }

  @Test
  void aTableOfDistancesIsMadeAndDropped() {
    try (VectorIndex index = filled("IVF16,PQ4");
        VectorIndex flat = filled("IVF16,Flat")) {
      Neighbors expected = index.search(rows, 3, ALL);
      assertThat(index.lists().hasPrecomputedTable()).isTrue();
      index.lists().dropTable();
      assertThat(index.lists().hasPrecomputedTable()).isFalse();
      assertThat(overlap(index.search(rows, 3, ALL), expected)).isGreaterThan(0.99);
      assertThat(index.lists().precomputeTable()).isTrue();
      assertThat(index.search(rows, 3, ALL)).isEqualTo(expected);
      assertThat(flat.lists().precomputeTable()).isFalse();
    }
  }

  private static double overlap(Neighbors a, Neighbors b) {
    int same = 0;
    for (int i = 0; i < a.ids().length; i++) {
      same += a.ids()[i] == b.ids()[i] ? 1 : 0;
    }
    return (double) same / a.ids().length;
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF16,Flat", "IVF16,PQ4", "PCA8,IVF16,SQ8"})
  void listsOnDiskAnswerAsListsInMemory(String factory) throws Exception {
    Path file = folder.resolve("index");
    Path lists = folder.resolve("index.lists");
    try (VectorIndex index = filled(factory)) {
      index.lists().writeOnDisk(file, lists);
      assertThat(Files.size(lists)).isGreaterThan(N * 8L);
      assertThatThrownBy(() -> VectorIndex.read(file))
          .isInstanceOf(IndexFormatException.class)
          .hasMessageContaining("lists inside the file");
      try (VectorIndex read = VectorIndex.read(file, ReadOption.ON_DISK_LISTS)) {
        assertThat(read.search(rows, 3, ALL)).isEqualTo(index.search(rows, 3, ALL));
        assertThat(read.reconstruct(7)).isEqualTo(index.reconstruct(7));
        assertThat(read.supports(Operation.ADD)).isFalse();
        assertThatThrownBy(() -> read.add(rows))
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessage("add: an index with lists on disk is read-only");
      }
      assertThat(index.count()).isEqualTo(N);
      assertThat(index.search(rows, 3, ALL).id(5, 0)).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF16,Flat", "PCA8,IVF16,SQ8"})
  void listsOfSeveralIndexesAreWrittenAsOne(String factory) throws Exception {
    Path file = folder.resolve("index");
    try (VectorIndex whole = filled(factory);
        VectorIndex first = whole.copy();
        VectorIndex second = whole.copy();
        VectorIndex foreign = filled("IVF8,Flat")) {
      first.remove(IdFilter.range(400, N));
      second.remove(IdFilter.range(0, 400));
      second.write(folder.resolve("second"));
      try (VectorIndex mapped = VectorIndex.map(folder.resolve("second"))) {
        first.lists().writeOnDisk(file, folder.resolve("lists"), mapped);
      }
      try (VectorIndex read = VectorIndex.read(file, ReadOption.ON_DISK_LISTS)) {
        assertThat(read.count()).isEqualTo(N);
        assertThat(read.search(rows, 3, ALL)).isEqualTo(whole.search(rows, 3, ALL));
      }
      assertThat(first.count()).isEqualTo(400);
      assertThat(first.search(rows, 1, ALL).ids()).doesNotContain(400L);
      Path unused = folder.resolve("unused");
      assertThatThrownBy(() -> first.lists().writeOnDisk(file, unused, foreign))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("other: expected an index of the same kind and training; ");
      assertThatThrownBy(() -> first.lists().writeOnDisk(file, unused, second, first))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("writeOnDisk: expected each index once, got one twice");
      assertThat(unused).doesNotExist();
    }
  }

  @Test
  void aFileNamesNoOtherFileThanOneBesideIt() throws Exception {
    Path file = folder.resolve("index");
    Path lists = folder.resolve("lists");
    try (VectorIndex index = filled("IVF16,Flat")) {
      index.lists().writeOnDisk(file, lists);
      assertThatThrownBy(() -> index.lists().writeOnDisk(file, lists))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(
              () -> index.lists().writeOnDisk(file, folder.resolve("sub").resolve("lists")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("lists: expected a file in the folder of ");
      index.write(folder.resolve("whole"));
    }
    Path moved = Files.createDirectory(folder.resolve("moved"));
    Files.move(file, moved.resolve("index"));
    assertThatThrownBy(() -> VectorIndex.read(moved.resolve("index"), ReadOption.ON_DISK_LISTS))
        .isInstanceOf(IOException.class)
        .hasMessage(moved.resolve("lists") + ": No such file or directory");
    byte[] short_ = Arrays.copyOf(Files.readAllBytes(lists), 1_000);
    Files.write(moved.resolve("lists"), short_);
    assertThatThrownBy(() -> VectorIndex.read(moved.resolve("index"), ReadOption.ON_DISK_LISTS))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageEndingWith("lists: expected lists of 72000 bytes, got 1000");
    assertThatThrownBy(() -> VectorIndex.read(folder.resolve("whole"), ReadOption.ON_DISK_LISTS))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageEndingWith(
            "expected an index with lists in another file, got one that is whole; read it without"
                + " the option");
  }
}
