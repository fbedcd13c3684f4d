package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.raw.FaissIndex;
import dev.faissjvm.faiss.raw.RangeResult;
import dev.faissjvm.faiss.raw.Shim;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * Everything asked of an index that leaves it as it is: checked, then crossed under the shared
 * lock.
 */
final class IndexQueries {
  private final FaissIndex index;
  private final NativeHandle handle;
  private final IndexKind kind;
  private final int dimension;

  IndexQueries(FaissIndex index, NativeHandle handle, IndexKind kind) {
    this.index = index;
    this.handle = handle;
    this.kind = kind;
    this.dimension = kind.description().dimension();
  }

  void search(float[] queries, int k, SearchOptions options, float[] distances, long[] ids) {
    int n = Checks.rows("queries", queries.length, dimension);
    long size = n * Checks.atLeast("k", 1, k);
    Checks.roomFor("distances", size, distances.length);
    Checks.roomFor("ids", size, ids.length);
    long stamp = enterToSearch(options);
    try {
      long[] filter = options.filterWords();
      Shim.search(index, n, queries, k, distances, ids, options.words(), filter, filter.length);
    } catch (RuntimeException e) {
      throw NativeCall.translate("search", e);
    } finally {
      handle.exit(stamp);
    }
  }

  void search(
      FloatBuffer queries, int k, SearchOptions options, FloatBuffer distances, LongBuffer ids) {
    int n = Checks.rows("queries", queries.limit(), dimension);
    long size = n * Checks.atLeast("k", 1, k);
    Checks.roomFor("distances", size, distances.limit());
    Checks.roomFor("ids", size, ids.limit());
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
      handle.exit(stamp);
    }
  }

  RangeHits range(float[] queries, float radius, SearchOptions options) {
    int n = Checks.rows("queries", queries.length, dimension);
    kind.require(Operation.RANGE_SEARCH);
    long stamp = enterToSearch(options);
    try {
      long[] filter = options.filterWords();
      RangeResult result =
          Shim.rangeSearch(index, n, queries, radius, options.words(), filter, filter.length);
      return taken(result, n);
    } catch (RuntimeException e) {
      throw NativeCall.translate("range search", e);
    } finally {
      handle.exit(stamp);
    }
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

  FaissIndex copy() {
    kind.require(Operation.COPY);
    long stamp = handle.enter();
    try {
      return Shim.cloneIndex(index);
    } catch (RuntimeException e) {
      throw NativeCall.translate("copy", e);
    } finally {
      handle.exit(stamp);
    }
  }

  float[] reconstruct(long[] ids) {
    kind.require(Operation.RECONSTRUCT);
    float[] vectors = new float[Checks.product("vectors", ids.length, dimension)];
    long stamp = handle.enter();
    try {
      Shim.reconstruct(index, ids.length, ids, vectors);
      return vectors;
    } catch (RuntimeException e) {
      throw NativeCall.translate("reconstruct", e);
    } finally {
      handle.exit(stamp);
    }
  }

  private long enterToSearch(SearchOptions options) {
    if (options.filter() != null) {
      kind.require(Operation.FILTER);
    }
    long stamp = handle.enter();
    if (!index.is_trained()) {
      handle.exit(stamp);
      throw new IllegalStateException(
          "search: expected a trained index; call train(vectors) first");
    }
    return stamp;
  }
}
