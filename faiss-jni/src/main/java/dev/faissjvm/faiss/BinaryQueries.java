package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.raw.IndexBinary;
import dev.faissjvm.faiss.raw.RangeResult;
import dev.faissjvm.faiss.raw.Shim;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Everything asked of an index over bits that leaves it as it is: checked, then crossed under the
 * shared lock. The half of {@link BinaryIndex} that never changes one.
 */
abstract sealed class BinaryQueries extends Queries permits BinaryIndex {
  final IndexBinary index;

  BinaryQueries(IndexBinary index, NativeHandle handle, IndexKind kind) {
    super(handle, kind);
    this.index = index;
  }

  @Override
  final boolean isTrainedNow() {
    return index.is_trained();
  }

  /**
   * {@return the {@code k} nearest stored vectors of each query, by the index's own settings}
   *
   * @param queries row-major bits
   * @param k neighbours per query, {@code k >= 1}
   */
  public Neighbors search(byte[] queries, int k) {
    return search(queries, k, SearchOptions.DEFAULT);
  }

  /**
   * Returns the {@code k} nearest stored vectors of each query.
   *
   * <p>Rows follow the order of the queries; in a row the best comes first, and ties, which are
   * many, have no fixed order. A row with fewer than {@code k} candidates is padded with id {@code
   * -1}, whose distance has no meaning.
   *
   * @param queries row-major bits, {@code n * dimension() / 8} long, {@code n >= 1}
   * @param k neighbours per query, {@code k >= 1}
   * @param options filter, parameters and threads of this search: {@code nprobe}, {@code
   *     max_codes}, {@code efSearch}, {@code quantizer_efSearch}; a graph under a filter or an
   *     {@code efSearch} takes one thread
   * @return {@code n} rows of {@code k} on the Java heap, readable after {@link
   *     BinaryIndex#close()}
   * @throws IllegalArgumentException if the length does not fit, or {@code k < 1}
   * @throws UnsupportedOperationException if there is a filter and the kind has none
   * @throws IllegalStateException if the index is closed, or needs training first
   */
  public Neighbors search(byte[] queries, int k, SearchOptions options) {
    int size = Checks.product("neighbours", rows("queries", queries), Checks.atLeast("k", 1, k));
    Neighbors found = new Neighbors(k, new float[size], new long[size]);
    search(queries, k, options, found.distances(), found.ids());
    return found;
  }

  /**
   * Searches as {@link #search(byte[], int, SearchOptions)} does, into arrays of the caller's;
   * allocates nothing on the Java heap.
   *
   * @param queries row-major bits
   * @param k neighbours per query
   * @param options filter, parameters and threads of this search
   * @param distances at least {@code n * k} long
   * @param ids at least {@code n * k} long
   */
  public void search(byte[] queries, int k, SearchOptions options, float[] distances, long[] ids) {
    int n = rows("queries", queries);
    requireRoom(n, k, distances.length, ids.length);
    long stamp = enterToSearch(options);
    try {
      long[] filter = options.filterWords();
      Shim.search(index, n, queries, k, distances, ids, options.words(), filter, filter.length);
    } catch (RuntimeException e) {
      throw NativeCall.translate("search", e);
    } finally {
      exit(stamp, options);
    }
  }

  /**
   * Searches as {@link #search(byte[], int, SearchOptions)} does, from and into direct buffers,
   * without any copy. Reads and writes from position 0; positions and limits are left alone.
   *
   * @param queries row-major bits, as long as its limit
   * @param k neighbours per query
   * @param options filter, parameters and threads of this search
   * @param distances at least {@code n * k} long
   * @param ids at least {@code n * k} long
   */
  public void search(
      ByteBuffer queries, int k, SearchOptions options, FloatBuffer distances, LongBuffer ids) {
    int n = Checks.bitRows("queries", queries.limit(), dimension);
    requireRoom(n, k, distances.limit(), ids.limit());
    Checks.buffers(queries.isDirect() && Checks.isResult(distances) && Checks.isResult(ids));
    long stamp = enterToSearch(options);
    try {
      long[] filter = options.filterWords();
      Shim.search(
          index,
          n,
          queries.duplicate().position(0),
          k,
          distances.duplicate().position(0),
          ids.duplicate().position(0),
          LongBuffer.wrap(options.words()),
          LongBuffer.wrap(filter),
          filter.length);
    } catch (RuntimeException e) {
      throw NativeCall.translate("search", e);
    } finally {
      exit(stamp, options);
    }
  }

  /**
   * Returns everything nearer than a radius.
   *
   * @param queries row-major bits
   * @param radius in bits; hits differ in fewer
   * @param options filter and parameters of this search, which takes one thread
   * @return the hits of each query
   * @throws UnsupportedOperationException if the kind has no range search
   */
  public RangeHits rangeSearch(byte[] queries, int radius, SearchOptions options) {
    int n = rows("queries", queries);
    Checks.atLeast("radius", 0, radius);
    kind.require(Operation.RANGE_SEARCH, 0);
    return searching(
        "range search",
        options,
        filter -> {
          RangeResult result =
              Shim.rangeSearch(index, n, queries, radius, options.words(), filter, filter.length);
          return IndexQueries.taken(result, n);
        });
  }

  /**
   * {@return the ids of the {@code k} nearest stored vectors of each vector, {@code n * k} of them}
   *
   * @param vectors row-major bits
   * @param k neighbours per vector
   */
  public long[] assign(byte[] vectors, int k) {
    return search(vectors, k).ids();
  }

  /**
   * Returns stored vectors, bit for bit.
   *
   * @param ids of stored vectors
   * @return one row for each id
   * @throws IllegalArgumentException if an id is not in the index
   * @throws UnsupportedOperationException if the kind cannot give vectors back
   */
  public byte[] reconstruct(long... ids) {
    byte[] vectors = new byte[Checks.product("vectors", ids.length, dimension / 8)];
    return ask(
        "reconstruct",
        Operation.RECONSTRUCT,
        () -> {
          Shim.reconstruct(index, ids.length, ids, vectors);
          return vectors;
        });
  }

  final int rows(String name, byte[] rows) {
    return Checks.bitRows(name, rows.length, dimension);
  }
}
