package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.raw.FaissIndex;
import dev.faissjvm.faiss.raw.RangeResult;
import dev.faissjvm.faiss.raw.Shim;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.stream.LongStream;

/**
 * Everything asked of an index that leaves it as it is: checked, then crossed under the shared
 * lock. The half of {@link VectorIndex} that never changes one.
 */
abstract sealed class IndexQueries extends Queries permits VectorIndex {
  final FaissIndex index;
  private volatile int threads = 1;

  IndexQueries(FaissIndex index, NativeHandle handle, IndexKind kind) {
    super(handle, kind);
    this.index = index;
  }

  @Override
  final boolean isTrainedNow() {
    return index.is_trained();
  }

  int threads() {
    return threads;
  }

  void setThreads(int newThreads) {
    threads = Checks.threads(newThreads);
  }

  /**
   * {@return the {@code k} nearest stored vectors of each query, by the index's own settings}
   *
   * @param queries row-major float32, {@code n * dimension()} long, {@code n >= 1}
   * @param k neighbours per query, {@code k >= 1}
   */
  public Neighbors search(float[] queries, int k) {
    return search(queries, k, SearchOptions.DEFAULT);
  }

  /**
   * Returns the {@code k} nearest stored vectors of each query.
   *
   * <p>Rows follow the order of the queries; in a row the best comes first, and ties have no fixed
   * order. An approximate index may miss true neighbours. A row with fewer than {@code k}
   * candidates is padded with id {@code -1}, whose distance has no meaning.
   *
   * @param queries row-major float32, {@code n * dimension()} long, {@code n >= 1}
   * @param k neighbours per query, {@code k >= 1}
   * @param options filter, parameters and threads of this search
   * @return {@code n} rows of {@code k} on the Java heap, readable after {@link
   *     VectorIndex#close()}
   * @throws IllegalArgumentException if {@code queries} is not a positive multiple of {@code
   *     dimension()} long, a row is not finite, or {@code k < 1}
   * @throws UnsupportedOperationException if there is a filter and the kind has none, or the kind
   *     is a codec alone
   * @throws IllegalStateException if the index is closed, or needs training first
   * @throws java.util.concurrent.CancellationException if the options end it early
   * @throws NativeFaissException if Faiss fails
   */
  public Neighbors search(float[] queries, int k, SearchOptions options) {
    int n = Checks.rows("queries", queries.length, dimension);
    int size = Checks.product("neighbours", n, Checks.atLeast("k", 1, k));
    Neighbors found = new Neighbors(k, new float[size], new long[size]);
    search(queries, k, options, found.distances(), found.ids());
    return found;
  }

  /**
   * Searches as {@link #search(float[], int, SearchOptions)} does, into arrays of the caller's;
   * allocates nothing on the Java heap.
   *
   * @param queries row-major float32
   * @param k neighbours per query
   * @param options filter, parameters and threads of this search
   * @param distances at least {@code n * k} long
   * @param ids at least {@code n * k} long
   */
  public void search(float[] queries, int k, SearchOptions options, float[] distances, long[] ids) {
    int n = Checks.rows("queries", queries.length, dimension);
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
   * Searches as {@link #search(float[], int, SearchOptions)} does, from and into direct buffers,
   * without any copy. Reads and writes from position 0; positions and limits are left alone.
   *
   * @param queries row-major float32, as long as its limit
   * @param k neighbours per query
   * @param options filter, parameters and threads of this search
   * @param distances at least {@code n * k} long
   * @param ids at least {@code n * k} long
   */
  public void search(
      FloatBuffer queries, int k, SearchOptions options, FloatBuffer distances, LongBuffer ids) {
    int n = Checks.rows("queries", queries.limit(), dimension);
    requireRoom(n, k, distances.limit(), ids.limit());
    Checks.buffers(Checks.isNative(queries) && Checks.isResult(distances) && Checks.isResult(ids));
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
   * Returns everything nearer than a radius: distances below it, or similarities above it.
   *
   * @param queries row-major float32
   * @param radius in the metric's units
   * @param options filter, parameters and threads of this search
   * @return the hits of each query
   * @throws UnsupportedOperationException if the kind has no range search
   */
  public RangeHits rangeSearch(float[] queries, float radius, SearchOptions options) {
    int n = Checks.rows("queries", queries.length, dimension);
    kind.require(Operation.RANGE_SEARCH, 0);
    return searching(
        "range search",
        options,
        filter -> {
          RangeResult result =
              Shim.rangeSearch(index, n, queries, radius, options.words(), filter, filter.length);
          return taken(result, n);
        });
  }

  /**
   * Returns the {@code k} nearest stored vectors of each query, and those vectors as near as the
   * codes allow.
   *
   * @param queries row-major float32
   * @param k neighbours per query
   * @param options filter, parameters and threads of this search
   * @return neighbours as {@link #search(float[], int, SearchOptions)} finds them, and their
   *     vectors
   * @throws UnsupportedOperationException if the kind cannot give vectors back
   */
  public NeighborVectors searchAndReconstruct(float[] queries, int k, SearchOptions options) {
    int n = Checks.rows("queries", queries.length, dimension);
    int size = Checks.product("neighbours", n, Checks.atLeast("k", 1, k));
    kind.require(Operation.SEARCH_AND_RECONSTRUCT, 0);
    Neighbors found = new Neighbors(k, new float[size], new long[size]);
    float[] vectors = new float[Checks.product("vectors", size, dimension)];
    return searching(
        "search",
        options,
        filter -> {
          Shim.searchAndReconstruct(
              index,
              n,
              queries,
              k,
              found.distances(),
              found.ids(),
              vectors,
              options.words(),
              filter,
              filter.length);
          return new NeighborVectors(found, vectors);
        });
  }

  /** Brings a range search's outcome to the Java heap and frees it. */
  static RangeHits taken(RangeResult result, int queries) {
    try {
      int total = Checks.product("hits", Shim.rangeTotal(result), 1);
      RangeHits hits = new RangeHits(new long[queries + 1], new float[total], new long[total]);
      Shim.rangeCopy(result, hits.limits(), hits.distances(), hits.ids());
      return hits;
    } finally {
      Shim.rangeFree(result);
    }
  }

  FaissIndex cloned() {
    return ask("copy", Operation.COPY, () -> Shim.cloneIndex(index));
  }

  /**
   * Returns stored vectors, as near as the index's codes allow. In an IVF index one pass over its
   * ids, unless {@link VectorIndex#lists} have a direct map.
   *
   * @param ids of stored vectors
   * @return one row for each id
   * @throws IllegalArgumentException if an id is not in the index
   * @throws UnsupportedOperationException if the kind cannot give vectors back
   */
  public float[] reconstruct(long... ids) {
    float[] vectors = new float[Checks.product("vectors", ids.length, dimension)];
    return ask(
        "reconstruct",
        Operation.RECONSTRUCT,
        () -> {
          Shim.reconstruct(index, ids.length, ids, vectors);
          return vectors;
        });
  }

  /**
   * {@return the ids of the {@code k} nearest stored vectors of each vector, {@code n * k} of them}
   *
   * @param vectors row-major float32
   * @param k neighbours per vector
   */
  public long[] assign(float[] vectors, int k) {
    kind.require(Operation.ASSIGN, 0);
    return search(vectors, k).ids();
  }

  /**
   * Returns the stored vectors of all ids of a range.
   *
   * @param from the first id
   * @param to the id past the last
   * @return one row for each id
   * @throws IllegalArgumentException if an id is not in the index
   */
  public float[] reconstructRange(long from, long to) {
    Checks.product("ids", Checks.atLeast("to", from, to) - from, 1);
    return reconstruct(LongStream.range(from, to).toArray());
  }

  /** {@return bytes of one vector's code, for {@link #encode}} */
  public int codeSize() {
    return ask("codeSize", Operation.ENCODE, () -> Math.toIntExact(trainedCodeSize()));
  }

  /**
   * Uses the index as a codec; nothing is added.
   *
   * @param vectors row-major float32
   * @return {@code n * codeSize()} bytes
   * @throws IllegalStateException if the index needs training first
   */
  public byte[] encode(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    return ask(
        "encode",
        Operation.ENCODE,
        () -> {
          byte[] codes = new byte[Checks.product("codes", n, trainedCodeSize())];
          Shim.encode(index, n, vectors, codes, threads);
          return codes;
        });
  }

  /**
   * Returns what codes stand for.
   *
   * @param codes {@code n * codeSize()} bytes
   * @return {@code n * dimension()} floats
   * @throws IllegalArgumentException if the length does not fit, or a code names no list
   */
  public float[] decode(byte[] codes) {
    return ask(
        "decode",
        Operation.ENCODE,
        () -> {
          long size = trainedCodeSize();
          if (codes.length == 0 || codes.length % size != 0) {
            throw new IllegalArgumentException(
                "codes: expected a positive multiple of codeSize bytes, got "
                    + codes.length
                    + "; codeSize="
                    + size);
          }
          int n = (int) (codes.length / size);
          float[] vectors = new float[Checks.product("vectors", n, dimension)];
          Shim.decode(index, n, codes, vectors, threads);
          return vectors;
        });
  }

  /** What writes the index out, and may call code of the caller's. */
  interface Writing {
    void run() throws IOException;
  }

  void lend(Writing writing) throws IOException {
    long stamp = handle.enterLending();
    try {
      writing.run();
    } finally {
      handle.exitLending(stamp);
    }
  }

  private long trainedCodeSize() {
    requireTrained("codec");
    return Shim.codeSize(index);
  }
}
