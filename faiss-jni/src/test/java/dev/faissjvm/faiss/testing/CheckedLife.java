package dev.faissjvm.faiss.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.faiss.BinaryIndex;
import dev.faissjvm.faiss.Cancellation;
import dev.faissjvm.faiss.Distances;
import dev.faissjvm.faiss.Faiss;
import dev.faissjvm.faiss.FlatVectors;
import dev.faissjvm.faiss.IdFilter;
import dev.faissjvm.faiss.IndexFormatException;
import dev.faissjvm.faiss.IndexShards;
import dev.faissjvm.faiss.InvertedLists;
import dev.faissjvm.faiss.KMeans;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.NativeFaissException;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.ReadOption;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
import dev.faissjvm.faiss.VectorTransform;
import dev.faissjvm.faiss.WriteOption;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;

/**
 * A process whose JVM checks what native code does with it: everything that crosses once, and
 * everything that can go wrong there, in an index's life.
 */
public final class CheckedLife {
  private static final int D = 16;
  private static final int N = 1_000;

  private final float[] rows = Vectors.gaussian(N, D, 1);
  private final float[] queries = Arrays.copyOf(rows, 30 * D);
  private final long[] ids = LongStream.range(0, N).toArray();
  private final Path folder;

  private CheckedLife(Path folder) {
    this.folder = folder;
  }

  /** Takes an empty folder. */
  public static void main(String[] arguments) throws Exception {
    assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments()).contains("-Xcheck:jni");
    CheckedLife life = new CheckedLife(Path.of(arguments[0]));
    try (VectorIndex index = VectorIndex.create("IVF8,Flat", D, Metric.L2)) {
      index.train(life.rows);
      index.threads(2).add(life.ids, life.rows);
      life.searched(index);
      life.buffers(index);
      life.ended(index);
      life.written(index);
      life.failed(index);
      life.changed(index);
    }
    life.refused();
    life.besides();
    life.forgotten();
    System.out.println("lived");
  }

  private void searched(VectorIndex index) {
    SearchOptions options = SearchOptions.parse("nprobe=8,threads=2");
    assertThat(index.search(queries, 5, options).id(3, 0)).isEqualTo(3);
    SearchOptions filtered = options.with(IdFilter.range(0, 500).and(IdFilter.of(3).not()));
    assertThat(index.search(queries, 5, filtered).ids()).doesNotContain(3L);
    assertThat(index.rangeSearch(queries, 20, filtered).queries()).isEqualTo(30);
    assertThat(index.searchAndReconstruct(queries, 5, options).vectors()).hasSize(150 * D);
    assertThat(index.reconstruct(7)).isEqualTo(Vectors.row(rows, D, 7));
    assertThat(index.decode(index.encode(queries))).hasSameSizeAs(queries);
    assertThat(index.describe().chain()).startsWith("IndexIVFFlat");
    InvertedLists lists = index.lists();
    Neighbors nearest = lists.nearest(queries, options);
    assertThat(lists.search(queries, 5, nearest, options).id(3, 0)).isEqualTo(3);
    lists.directMap(InvertedLists.DirectMap.HASH);
    lists.directMap(InvertedLists.DirectMap.NONE);
  }

  private void buffers(VectorIndex index) {
    FloatBuffer given = direct(4 * queries.length).asFloatBuffer().put(queries);
    FloatBuffer distances = direct(4 * 150).asFloatBuffer();
    LongBuffer found = direct(8 * 150).asLongBuffer();
    SearchOptions options = SearchOptions.parse("nprobe=8").with(IdFilter.range(0, 500));
    index.search(given, 5, options, distances, found);
    assertThat(found.get(15)).isEqualTo(3);
    index.add(ids, direct(4 * rows.length).asFloatBuffer().put(rows));
    assertThat(index.count()).isEqualTo(2 * N);
    Distances.by(Metric.L2, D).nearest(given, given.duplicate(), 5, distances, found);
    assertThat(found.get(15)).isEqualTo(3);
  }

  private static ByteBuffer direct(int sizeBytes) {
    return ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
  }

  private void ended(VectorIndex index) {
    Cancellation cancelled = new Cancellation();
    cancelled.cancel();
    for (SearchOptions options :
        List.of(
            SearchOptions.builder().cancelWith(cancelled).build(),
            SearchOptions.builder().timeout(Duration.ofNanos(1)).build())) {
      assertThatThrownBy(() -> index.search(queries, 5, options))
          .isInstanceOf(CancellationException.class);
    }
  }

  private void written(VectorIndex index) throws Exception {
    Path file = folder.resolve("index.faiss");
    index.write(file, WriteOption.CHECKSUM);
    try (VectorIndex read = VectorIndex.read(file, ReadOption.REQUIRE_CHECKSUM);
        VectorIndex mapped = VectorIndex.map(file)) {
      assertThat(mapped.search(queries, 5)).isEqualTo(read.search(queries, 5));
    }
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    index.write(stream);
    try (VectorIndex read = VectorIndex.read(new ByteArrayInputStream(stream.toByteArray()));
        VectorIndex again = VectorIndex.read(ByteBuffer.wrap(stream.toByteArray()))) {
      assertThat(read.count()).isEqualTo(again.count());
    }
    Path over = folder.resolve("over.faiss");
    Path lists = folder.resolve("over.lists");
    index.lists().writeOnDisk(over, lists, List.of(), WriteOption.CHECKSUM);
    try (VectorIndex read =
        VectorIndex.read(over, ReadOption.ON_DISK_LISTS, ReadOption.REQUIRE_CHECKSUM)) {
      assertThat(read.search(queries, 5).id(3, 0)).isEqualTo(3);
    }
  }

  /** What a stream throws crosses native code and is thrown again behind it. */
  private void failed(VectorIndex index) throws Exception {
    IOException full = new IOException("full");
    assertThatThrownBy(() -> index.write(failing(full))).isSameAs(full);
    byte[] whole = Files.readAllBytes(folder.resolve("index.faiss"));
    for (int size : new int[] {0, 3, 100, whole.length - 1}) {
      assertThatThrownBy(() -> VectorIndex.read(ByteBuffer.wrap(Arrays.copyOf(whole, size))))
          .isInstanceOf(IndexFormatException.class);
    }
    assertThatThrownBy(() -> VectorIndex.map(folder.resolve("absent")))
        .isInstanceOf(IOException.class);
  }

  private static OutputStream failing(IOException failure) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw failure;
      }
    };
  }

  private void changed(VectorIndex index) {
    assertThat(index.upsert(new long[] {5}, Vectors.row(rows, D, 6))).isEqualTo(2);
    assertThat(index.remove(IdFilter.range(0, 10))).isEqualTo(19);
    try (VectorIndex copy = index.copy()) {
      copy.reset();
      assertThat(index.copySubsetTo(copy, IdFilter.range(0, 100))).isEqualTo(180);
      index.mergeFrom(copy, N);
      assertThat(copy.count()).isZero();
    }
  }

  private void refused() {
    assertThatThrownBy(() -> VectorIndex.create("nonsense", D, Metric.L2))
        .isInstanceOf(NativeFaissException.class);
    try (VectorIndex index = VectorIndex.create("IVF8,Flat", D, Metric.L2)) {
      assertThatThrownBy(() -> index.add(rows)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> index.train(Arrays.copyOf(rows, D)))
          .isInstanceOf(IllegalArgumentException.class);
      rows[7] = Float.NaN;
      assertThatThrownBy(() -> index.train(rows)).isInstanceOf(IllegalArgumentException.class);
      rows[7] = 0;
    }
  }

  private void besides() throws Exception {
    assertThat(KMeans.of(4, D).threads(2).train(rows).centroids()).hasSize(4 * D);
    try (VectorTransform pca = VectorTransform.create("PCA8", D)) {
      pca.train(rows);
      pca.write(folder.resolve("pca.vt"));
      assertThat(pca.apply(queries)).hasSize(30 * 8);
    }
    try (BinaryIndex bits = BinaryIndex.create("IDMap2,BFlat", 64)) {
      byte[] codes = new byte[8 * N];
      Arrays.setAll(ids, i -> i);
      for (int i = 0; i < codes.length; i++) {
        codes[i] = (byte) (i * 31 ^ i / 8);
      }
      bits.add(ids, codes);
      assertThat(bits.search(Arrays.copyOf(codes, 8), 3).distance(0, 0)).isZero();
    }
    try (FlatVectors flat = FlatVectors.allocate(N, D)) {
      flat.put(0, rows);
      assertThat(flat.search(Vectors.row(rows, D, 4), 3, Metric.L2, null).id(0, 0)).isEqualTo(4);
      try (VectorIndex graph = flat.graph("HNSW8", Metric.L2)) {
        assertThat(graph.search(queries, 3).queries()).isEqualTo(30);
      }
    }
    try (IndexShards shards = IndexShards.of(identified(), identified())) {
      SearchOptions two = SearchOptions.builder().threads(2).build();
      assertThat(shards.search(queries, 4, two).queries()).isEqualTo(30);
    }
  }

  private VectorIndex identified() {
    VectorIndex index = VectorIndex.create("IDMap2,HNSW8,Flat", D, Metric.L2);
    index.add(ids, rows);
    return index;
  }

  /** Freed by the thread that cleans up. */
  private void forgotten() throws InterruptedException {
    long open = Faiss.open();
    identified();
    for (int i = 0; i < 100 && Faiss.open() > open; i++) {
      System.gc();
      Thread.sleep(50);
    }
    assertThat(Faiss.open()).isEqualTo(open);
  }
}
