package dev.faissjvm.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.testing.Child;
import dev.faissjvm.faiss.testing.HostileCalls;
import dev.faissjvm.faiss.testing.Vectors;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every call that is wrong is refused before Faiss sees it, in words, and the index stays as it
 * was.
 */
class HostileCallTest {
  private static final int D = 8;
  private final float[] rows = Vectors.gaussian(300, D, 1);

  @TempDir Path folder = Path.of("");

  private void refuses(
      Class<? extends Exception> type, String message, Consumer<VectorIndex> call) {
    refuses("Flat", type, message, call);
  }

  private void refuses(
      String factory, Class<? extends Exception> type, String message, Consumer<VectorIndex> call) {
    try (VectorIndex index = VectorIndex.create(factory, D, Metric.L2)) {
      if (index.supports(Operation.ADD)) {
        index.train(rows);
        index.add(rows);
      }
      long before = index.count();
      assertThatThrownBy(() -> call.accept(index)).isInstanceOf(type).hasMessage(message);
      assertThat(index.count()).isEqualTo(before);
    }
  }

  @Test
  void lengthsThatDoNotFit() {
    Class<IllegalArgumentException> wrong = IllegalArgumentException.class;
    String length = "expected a positive multiple of dimension floats, got ";
    refuses(wrong, "queries: " + length + "7; dimension=8", index -> index.search(new float[7], 1));
    refuses(wrong, "queries: " + length + "0; dimension=8", index -> index.search(new float[0], 1));
    refuses(wrong, "vectors: " + length + "9; dimension=8", index -> index.add(new float[9]));
    refuses(wrong, "vectors: " + length + "9; dimension=8", index -> index.train(new float[9]));
    refuses(
        "IDMap2,Flat",
        wrong,
        "ids: expected length 1, got 2",
        index -> index.add(new long[2], new float[D]));
    refuses(
        "IDMap2,Flat",
        wrong,
        "ids: expected none below 0, got -1; position=0",
        index -> index.add(new long[] {-1}, new float[D]));
    refuses(
        wrong,
        "distances: expected room for 3, got 2",
        index -> index.search(new float[D], 3, SearchOptions.DEFAULT, new float[2], new long[3]));
    refuses(
        wrong,
        "ids: expected room for 3, got 2",
        index -> index.search(new float[D], 3, SearchOptions.DEFAULT, new float[3], new long[2]));
  }

  @Test
  void numbersOutOfRange() {
    Class<IllegalArgumentException> wrong = IllegalArgumentException.class;
    refuses(wrong, "k: expected at least 1, got 0", index -> index.search(new float[D], 0));
    refuses(wrong, "k: expected at least 1, got -5", index -> index.search(new float[D], -5));
    refuses(
        wrong,
        "neighbours: expected at most 2147483639 values in all, got 53687091175; ask in parts",
        index -> index.search(rows(25), Integer.MAX_VALUE));
    refuses(wrong, "id: expected one in the index, got 300", index -> index.reconstruct(300));
    refuses(wrong, "id: expected one in the index, got -1", index -> index.reconstruct(-1));
    refuses(
        "IVF4,Flat",
        wrong,
        "id: expected one in the index, got 9223372036854775807",
        index -> index.reconstruct(Long.MAX_VALUE));
    refuses(wrong, "threads: expected at least 1, got 0", index -> index.threads(0));
  }

  private static float[] rows(int n) {
    return new float[n * D];
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e19f})
  void valuesThatAreNotFiniteOrOverflowWhenSquared(float value) {
    float[] bad = Vectors.gaussian(3, D, 5);
    bad[2 * D + 3] = value;
    for (String factory : new String[] {"Flat", "IVF4,Flat", "HNSW8", "IVF4,PQ4x4fs"}) {
      try (VectorIndex index = VectorIndex.create(factory, D, Metric.L2)) {
        index.train(rows);
        index.add(rows);
        assertThatThrownBy(() -> index.add(bad))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(
                "vectors: expected finite components with a squared norm under 1e37, got ")
            .hasMessageEndingWith("; row=2");
        assertThatThrownBy(() -> index.search(bad, 1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("queries: expected finite components")
            .hasMessageEndingWith("; row=2");
        assertThatThrownBy(() -> index.train(bad)).isInstanceOf(IllegalArgumentException.class);
        assertThat(index.count()).isEqualTo(300);
      }
    }
  }

  @Test
  void anUntrainedIndex() {
    try (VectorIndex index = VectorIndex.create("IVF4,Flat", D, Metric.L2)) {
      assertThatThrownBy(() -> index.add(rows))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("add: expected a trained index; call train(vectors) first");
      assertThatThrownBy(() -> index.search(rows, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("search: expected a trained index; call train(vectors) first");
      assertThatThrownBy(() -> index.train(Arrays.copyOf(rows, 3 * D)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("vectors: expected at least nlist rows to train on, got 3; nlist=4");
    }
  }

  @Test
  void aClosedIndex() {
    VectorIndex index = VectorIndex.create("Flat", D, Metric.L2);
    index.close();
    index.close();
    for (Runnable call :
        new Runnable[] {
          () -> index.search(rows, 1),
          () -> index.add(rows),
          index::count,
          index::reset,
          index::describe
        }) {
      assertThatThrownBy(call::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("index: expected an open one, got a closed one");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "IVF0,Flat | expected at least one list, got IVF0,Flat",
        "HNSW1 | expected graphs with at least 2 links a vector, got HNSW1",
        "IVF99999999999,Flat | expected numbers up to 67108864, got IVF99999999999,Flat",
        "'' | expected a description such as IVF1024,Flat, got '",
      })
  void factoryStringsThatFaissWouldTake(String factory, String message) {
    assertThatThrownBy(() -> VectorIndex.create(factory.replace("'", ""), D, Metric.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("factory: " + message.replace("'", ""));
  }

  @Test
  void whatFaissItselfCannotRead() {
    assertThatThrownBy(() -> VectorIndex.create("IVFoops", D, Metric.L2))
        .isInstanceOf(NativeFaissException.class)
        .hasMessageStartingWith("create IVFoops: ");
    assertThatThrownBy(() -> VectorIndex.create("PQ7", D, Metric.L2)) // 8 is no multiple
        .isInstanceOf(NativeFaissException.class)
        .hasMessageStartingWith("create PQ7: ");
    assertThatThrownBy(() -> VectorIndex.create("ZnLattice2x10_4", D, Metric.L2))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> VectorIndex.create("Flat", 0, Metric.L2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dimension: expected at least 1, got 0");
    assertThatThrownBy(() -> VectorIndex.create("Flat", Integer.MAX_VALUE, Metric.L2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatTheKindCannotDo() {
    Class<UnsupportedOperationException> cannot = UnsupportedOperationException.class;
    refuses(
        cannot,
        "add_with_ids: wrap it: IDMap2,<factory>; kind=IndexFlat",
        index -> index.add(new long[1], new float[D]));
    refuses(
        "HNSW8",
        cannot,
        "remove: a graph has no removal; rebuild it, or filter at search; kind=IndexHNSWFlat > IndexFlatL2",
        index -> index.remove(IdFilter.of(1)));
    refuses(
        "IDMap,Flat",
        cannot,
        "add: ids are part of it; use add(ids, vectors); kind=IndexIDMap > IndexFlat",
        index -> index.add(rows));
    refuses(
        "IDMap2,IVF4,Flat",
        cannot,
        "remove: the map and the lists come apart; IVF keeps ids itself: leave IDMap out; kind=IndexIDMap2 > IndexIVFFlat > IndexFlat",
        index -> index.remove(IdFilter.of(1)));
    refuses(
        "PQ4np",
        cannot,
        "filter: this kind cannot; use Flat, SQ8 or IVF; kind=IndexPQ",
        index -> index.search(rows, 1, SearchOptions.DEFAULT.with(IdFilter.of(1))));
    refuses(
        "IVF4,PQ4x4fs",
        cannot,
        "reconstruct: fast-scan codes cannot be taken out; use IVF,PQ; kind=IndexIVFPQFastScan > IndexFlat",
        index -> index.reconstruct(1));
    refuses(
        "NSG8,Flat",
        cannot,
        "add: this graph is built by one add; reset() and add everything at once; kind=IndexNSGFlat > IndexFlat",
        index -> index.add(rows));
  }

  @Test
  void optionsOutOfRange() {
    assertThatThrownBy(() -> SearchOptions.parse("nprobe=0"))
        .hasMessage("nprobe: expected 1 to 2147483647, got 0.0");
    assertThatThrownBy(() -> SearchOptions.parse("nprobe=many"))
        .hasMessage("nprobe: expected a number, got many");
    assertThatThrownBy(() -> SearchOptions.parse("nprobe=1.5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nprobe: expected a whole number, got 1.5");
    assertThatThrownBy(() -> SearchOptions.builder().timeout(Duration.ofSeconds(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("timeout: expected at most PT876600H, got PT");
    assertThatThrownBy(() -> SearchOptions.parse("speed=1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("parameters: expected name=value with one of [threads, nprobe,");
    try (VectorIndex index = VectorIndex.create("IVF4,Flat", D, Metric.L2)) {
      index.train(rows);
      index.add(rows);
      assertThat(index.search(rows, 1, SearchOptions.parse("nprobe=2147483647")).ids())
          .doesNotContain(-1L);
    }
  }

  /** Native code does not look: null was a crash. */
  @SuppressWarnings("NullAway") // what the compiler refuses, a caller without it may do
  @Test
  void nullIsRefused() {
    Class<NullPointerException> none = NullPointerException.class;
    try (VectorIndex index = VectorIndex.create("IDMap2,Flat", D, Metric.L2)) {
      index.add(new long[] {1}, new float[D]);
      float[] row = new float[D];
      for (Runnable call :
          new Runnable[] {
            () -> index.search((float[]) null, 1),
            () -> index.search(row, 1, null),
            () -> index.search(row, 1, SearchOptions.DEFAULT, null, new long[1]),
            () -> index.search(row, 1, SearchOptions.DEFAULT, new float[1], null),
            () -> index.rangeSearch(null, 1, SearchOptions.DEFAULT),
            () -> index.add(null, row),
            () -> index.add(new long[1], (float[]) null),
            () -> index.add(new long[1], (FloatBuffer) null),
            () -> index.upsert(null, row),
            () -> index.remove(null),
            () -> index.train(null),
            () -> index.reconstruct((long[]) null),
            () -> index.mergeFrom(null, 0),
            () -> VectorIndex.create(null, D, Metric.L2),
            () -> VectorIndex.create("Flat", D, null),
            () -> IdFilter.of((long[]) null),
            () -> IdFilter.range(0, 1).and(null)
          }) {
        assertThatThrownBy(call::run).isInstanceOf(none);
      }
      assertThat(index.count()).isEqualTo(1);
    }
  }

  @Test
  void filesThatAreNotThereOrCannotBe() throws Exception {
    Path absent = folder.resolve("absent").resolve("index");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatThrownBy(() -> VectorIndex.read(absent)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> VectorIndex.map(absent)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> VectorIndex.read(empty)).isInstanceOf(IndexFormatException.class);
    assertThatThrownBy(() -> VectorIndex.map(empty)).isInstanceOf(IndexFormatException.class);
    assertThatThrownBy(() -> VectorIndex.read(folder)).isInstanceOf(IOException.class);
    try (VectorIndex index = VectorIndex.create("Flat", D, Metric.L2)) {
      assertThatThrownBy(() -> index.write(absent)).isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> index.write(folder)).isInstanceOf(IOException.class);
    }
    try (FileSystem jar =
        FileSystems.newFileSystem(folder.resolve("a.jar"), Map.of("create", true))) {
      Path inside = Files.write(jar.getPath("/index"), new byte[100]);
      assertThatThrownBy(() -> VectorIndex.map(inside))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("map: expected a file of the default file system, got jar:");
    }
    Files.delete(folder.resolve("a.jar"));
    assertThat(folder).isDirectoryContaining(file -> file.equals(empty));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(empty); // no temporary file
    }
  }

  /** In a process of its own, with every value that ended one. */
  @Test
  void noCallOfThoseThatEndedAProcessEndsThisOne() throws Exception {
    Path files = Files.createDirectory(folder.resolve("files"));
    String said =
        Child.run(
            HostileCalls.class, folder.resolve("log"), Duration.ofMinutes(4), files.toString());
    assertThat(said).endsWith("\nended 562 calls\n");
  }

  @Test
  void indexesThatDoNotMerge() {
    try (VectorIndex index = VectorIndex.create("IVF4,Flat", D, Metric.L2);
        VectorIndex other = VectorIndex.create("IVF8,Flat", D, Metric.L2);
        VectorIndex flat = VectorIndex.create("Flat", D, Metric.L2)) {
      for (VectorIndex filled : new VectorIndex[] {index, other, flat}) {
        filled.train(rows);
        filled.add(rows);
      }
      for (VectorIndex unlike : new VectorIndex[] {other, flat}) {
        assertThatThrownBy(() -> index.mergeFrom(unlike, 300))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("other: expected an index of the same kind and training; ");
        assertThat(unlike.count()).isEqualTo(300);
      }
      assertThatThrownBy(() -> index.mergeFrom(index, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("other: expected another index, got this one");
      assertThat(index.count()).isEqualTo(300);
    }
  }
}
