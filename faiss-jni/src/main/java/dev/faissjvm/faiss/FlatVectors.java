package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Address;
import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.FactoryString;
import dev.faissjvm.faiss.internal.IndexFiles;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.internal.NativeLibrary;
import dev.faissjvm.faiss.raw.Bytes;
import dev.faissjvm.faiss.raw.Shim;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * Rows of float32 in a mapped file or in native memory, searched exactly by Faiss's kernels,
 * without an index around them.
 *
 * <p><b>Shape.</b> {@link #count()} rows of {@link #dimension()} floats, one after the other,
 * little-endian; in a file they may start at any byte (in a Faiss {@code IndexFlat} file at byte
 * 45). Ids are row numbers from 0.
 *
 * <p><b>Distance.</b> {@link Metric#L2}, squared, smallest first, or {@link Metric#INNER_PRODUCT},
 * largest first; after {@link #inverseNorms} inner products are multiplied by each row's own
 * factor, which for unit queries makes them cosines.
 *
 * <p><b>Threads.</b> Searches run together, on the caller's thread; {@link #put} runs alone; {@link
 * #close()} waits.
 *
 * <p><b>Ownership.</b> Owns its mapping or memory, freed by {@code close()}. A mapped file must be
 * local and must not change while it is open: shortening it ends the process.
 *
 * <p><b>Errors.</b> A caller's mistake is a JDK exception, before native code is called.
 *
 * <pre>{@code
 * try (FlatVectors vectors = FlatVectors.map(file, 45, count, 384)) {
 *   Neighbors hits = vectors.search(query, 10, Metric.INNER_PRODUCT, IdFilter.range(0, 1_000));
 * }
 * }</pre>
 */
public final class FlatVectors implements AutoCloseable {
  private static final long[] NO_FILTER = {};

  private final Bytes bytes;
  private final long address;
  private final long count;
  private final int dimension;
  private final boolean writable;
  private final NativeHandle handle;
  private final AtomicReference<FloatPointer> norms = new AtomicReference<>(new FloatPointer());

  private FlatVectors(Bytes bytes, long count, int dimension, boolean writable) {
    this.bytes = bytes;
    this.address = Shim.bytesAddress(bytes);
    this.count = count;
    this.dimension = dimension;
    this.writable = writable;
    AtomicReference<FloatPointer> factors = norms;
    this.handle =
        new NativeHandle(
            "vectors",
            () -> {
              IndexFiles.free(bytes);
              factors.get().releaseReference();
            });
  }

  /**
   * Maps rows of a file, read-only.
   *
   * @param file local, and never changed while this is open
   * @param offset of the first row, in bytes
   * @param count rows
   * @param dimension floats a row
   * @return the rows, the caller's to close
   * @throws IOException if the file cannot be mapped or is too short
   */
  public static FlatVectors map(Path file, long offset, long count, int dimension)
      throws IOException {
    long sizeBytes = sizeBytes(count, dimension);
    NativeLibrary.load();
    return new FlatVectors(IndexFiles.mapBytes(file, offset, sizeBytes), count, dimension, false);
  }

  /**
   * Allocates rows of zeros, to be filled by {@link #put}.
   *
   * @param count rows
   * @param dimension floats a row
   * @return the rows, the caller's to close
   * @throws NativeFaissException if there is not enough memory
   */
  public static FlatVectors allocate(long count, int dimension) {
    long sizeBytes = sizeBytes(count, dimension);
    NativeLibrary.load();
    return new FlatVectors(IndexFiles.allocate(sizeBytes), count, dimension, true);
  }

  private static long sizeBytes(long count, int dimension) {
    return Math.multiplyExact(Checks.atLeast("count", 0, count), 4L * Checks.dimension(dimension));
  }

  /** {@return rows} */
  public long count() {
    return count;
  }

  /** {@return floats a row} */
  public int dimension() {
    return dimension;
  }

  /**
   * Writes rows.
   *
   * @param row the first to write
   * @param vectors row-major float32
   * @throws IllegalArgumentException if they do not fit
   * @throws UnsupportedOperationException if the rows are mapped
   */
  public void put(long row, float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    if (!writable) {
      throw new UnsupportedOperationException("put: mapped rows are read-only; use allocate");
    }
    Checks.atLeast("row", 0, row);
    Checks.atMost("row", count - n, row);
    long stamp = handle.enterAlone();
    try (FloatPointer all = new FloatPointer(new Address(address)).capacity(count * dimension)) {
      all.position(row * dimension).put(vectors, 0, vectors.length);
    } finally {
      handle.exit(stamp);
    }
  }

  /**
   * Sets a factor for each row's inner products: {@code 1 / norm} makes them cosines of a unit
   * query.
   *
   * @param factors one for each row; kept as a copy
   * @throws IllegalArgumentException if there are more or fewer
   */
  public void inverseNorms(float[] factors) {
    Checks.length("factors", count, factors.length);
    long stamp = handle.enterAlone();
    try {
      FloatPointer copy = new FloatPointer(factors);
      copy.retainReference(); // outlives any scope of the caller's
      norms.getAndSet(copy).releaseReference();
    } finally {
      handle.exit(stamp);
    }
  }

  /**
   * {@return the {@code k} nearest rows, the best first, padded with id {@code -1}}
   *
   * @param query {@code dimension()} floats
   * @param k at least 1
   * @param metric {@link Metric#L2} or {@link Metric#INNER_PRODUCT}
   * @param filter which rows, or null for all
   * @throws IllegalArgumentException if the query is of another length, {@code k < 1}, or the
   *     metric is another
   */
  public Neighbors search(float[] query, int k, Metric metric, @Nullable IdFilter filter) {
    Checks.atLeast("k", 1, k);
    Neighbors found = new Neighbors(k, new float[k], new long[k]);
    search(query, k, metric, filter, found.distances(), found.ids());
    return found;
  }

  /**
   * Searches into arrays of the caller's; allocates nothing on the Java heap.
   *
   * @param query {@code dimension()} floats
   * @param k at least 1
   * @param metric {@link Metric#L2} or {@link Metric#INNER_PRODUCT}
   * @param filter which rows, or null for all
   * @param distances at least {@code k} long
   * @param ids at least {@code k} long, padded with {@code -1}
   * @return how many were found
   */
  public int search(
      float[] query,
      int k,
      Metric metric,
      @Nullable IdFilter filter,
      float[] distances,
      long[] ids) {
    check(query, metric);
    Checks.atLeast("k", 1, k);
    Checks.roomFor("distances", k, distances.length);
    Checks.roomFor("ids", k, ids.length);
    long[] words = filter == null ? NO_FILTER : filter.words();
    long stamp = handle.enter();
    try {
      return (int)
          Shim.flatSearch(
              address,
              count,
              dimension,
              metric.number(),
              normsAddress(),
              query,
              k,
              distances,
              ids,
              words,
              words.length);
    } catch (RuntimeException e) {
      throw NativeCall.translate("search", e);
    } finally {
      handle.exit(stamp);
    }
  }

  /**
   * Computes exact distances of some rows, as for a second ranking of candidates.
   *
   * @param query {@code dimension()} floats
   * @param metric {@link Metric#L2} or {@link Metric#INNER_PRODUCT}
   * @param rows row numbers
   * @param n how many of them
   * @param distances at least {@code n} long
   * @throws IllegalArgumentException if a length does not fit, or a row is not there
   */
  public void distances(float[] query, Metric metric, int[] rows, int n, float[] distances) {
    check(query, metric);
    Checks.roomFor("rows", Checks.atLeast("n", 0, n), rows.length);
    Checks.roomFor("distances", n, distances.length);
    long stamp = handle.enter();
    try {
      Shim.flatDistances(
          address, count, dimension, metric.number(), normsAddress(), query, rows, n, distances);
    } catch (RuntimeException e) {
      throw NativeCall.translate("distances", e);
    } finally {
      handle.exit(stamp);
    }
  }

  /**
   * Makes an empty graph over these rows: {@link VectorIndex#add(float[])} is given them in order
   * (times their factors, if they have some), links them, and stores none. Such a graph is written
   * without its vectors.
   *
   * @param factory {@code HNSW} and the number of links
   * @param metric {@link Metric#L2} or {@link Metric#INNER_PRODUCT}
   * @return the graph, the caller's to close, before these rows or after them
   * @throws UnsupportedOperationException if it is no graph over plain vectors
   */
  public VectorIndex graph(String factory, Metric metric) {
    String checked = FactoryString.checked(factory);
    long stamp = handle.enter();
    try {
      return VectorIndex.of(
          Shim.createGraph(bytes, count, dimension, flat(metric).number(), norms.get(), checked));
    } catch (RuntimeException e) {
      throw NativeCall.translate("create " + factory, e);
    } finally {
      handle.exit(stamp);
    }
  }

  /**
   * Reads what a {@link #graph} over the same rows has written.
   *
   * @param channel the bytes; not closed; must not come back to these rows
   * @param sizeBytes how many of them are the graph
   * @param metric as when the graph was made
   * @return the graph, the caller's to close, before these rows or after them
   * @throws IOException if the channel fails or ends early
   * @throws IndexFormatException if the bytes are damaged, or a graph of other rows
   */
  public VectorIndex readGraph(ReadableByteChannel channel, long sizeBytes, Metric metric)
      throws IOException {
    long stamp = handle.enterLending();
    try {
      return VectorIndex.of(
          IndexFiles.read(
              channel,
              sizeBytes,
              (graph, size) ->
                  Shim.readGraph(
                      graph, size, bytes, count, dimension, flat(metric).number(), norms.get())));
    } finally {
      handle.exitLending(stamp);
    }
  }

  /** Frees the memory or the mapping, after running searches have ended. */
  @Override
  public void close() {
    handle.close();
  }

  private void check(float[] query, Metric metric) {
    Checks.length("query", dimension, query.length);
    flat(metric);
  }

  private static Metric flat(Metric metric) {
    if (metric != Metric.L2 && metric != Metric.INNER_PRODUCT) {
      throw new IllegalArgumentException("metric: expected L2 or INNER_PRODUCT, got " + metric);
    }
    return metric;
  }

  private long normsAddress() {
    return norms.get().address();
  }
}
