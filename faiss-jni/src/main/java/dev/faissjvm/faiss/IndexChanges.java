package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.raw.FaissIndex;
import dev.faissjvm.faiss.raw.Shim;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that changes an index over floats: checked, then crossed alone. */
final class IndexChanges extends Changes {
  private final IndexQueries target;
  private final FaissIndex index;
  private final NativeHandle handle;
  private final IndexKind kind;
  private final int dimension;

  IndexChanges(IndexQueries target) {
    super(target, target.index::ntotal, () -> Shim.idsFrom(target.index));
    this.target = target;
    this.index = target.index;
    this.handle = target.handle;
    this.kind = target.kind;
    this.dimension = target.dimension;
  }

  void train(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    change("train", null, () -> Shim.train(index, n, vectors, target.threads()));
  }

  void add(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    add(n, first -> Shim.add(index, n, vectors, first, target.threads()));
  }

  void add(FloatBuffer vectors) {
    int n = checkedBuffer(vectors);
    FloatBuffer all = vectors.duplicate().position(0);
    add(n, first -> Shim.add(index, n, all, first, target.threads()));
  }

  void add(long[] ids, float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    addWithIds(ids, n, () -> Shim.addWithIds(index, n, vectors, ids, target.threads()));
  }

  void add(long[] ids, FloatBuffer vectors) {
    int n = checkedBuffer(vectors);
    FloatBuffer all = vectors.duplicate().position(0);
    LongBuffer wrapped = LongBuffer.wrap(ids);
    addWithIds(ids, n, () -> Shim.addWithIds(index, n, all, wrapped, target.threads()));
  }

  long upsert(long[] ids, float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    return upsert(ids, n, () -> Shim.upsert(index, n, vectors, ids, target.threads()));
  }

  long remove(IdFilter filter) {
    long[] words = filter.words();
    return remove(() -> Shim.removeIds(index, words, words.length));
  }

  void mergeFrom(IndexChanges other, long addId) {
    merge(other, addId, () -> Shim.mergeFrom(index, other.index, addId));
  }

  long copySubset(IndexChanges other, IdFilter filter) {
    requireOther(other);
    kind.require(Operation.COPY_SUBSET, 0);
    long[] words = filter.words();
    long[] copied = new long[1];
    Runnable copy =
        () -> {
          other.nextId.forget();
          copied[0] = Shim.copySubset(index, other.index, words, words.length);
        };
    synchronized (TWO_INDEXES) {
      long stamp = handle.enter();
      try {
        other.change("copy_subset", Operation.COPY_SUBSET, copy);
      } finally {
        handle.exit(stamp);
      }
    }
    return copied[0];
  }

  void renumber(int[] newIds) {
    change(
        "renumber",
        Operation.REMOVE,
        () -> {
          nextId.forget();
          Shim.renumber(index, newIds.length, newIds);
        });
  }

  void reset() {
    reset(() -> Shim.reset(index));
  }

  /** Runs without any other call, and without a change of the others. */
  void aloneBeside(List<VectorIndex> others, String name, Operation operation, Runnable action) {
    Set<Object> seen = new HashSet<>(List.of(target));
    Runnable beside = action;
    for (VectorIndex other : others) {
      if (!seen.add(other)) {
        throw new IllegalArgumentException(name + ": expected each index once, got one twice");
      }
      Runnable inner = beside;
      beside =
          () ->
              other.ask(
                  name,
                  operation,
                  () -> {
                    inner.run();
                    return other;
                  });
    }
    if (others.isEmpty()) {
      alone(name, operation, action);
      return;
    }
    synchronized (TWO_INDEXES) {
      alone(name, operation, beside);
    }
  }

  /**
   * Sets what the index is built by and searched by.
   *
   * @param parameters Faiss's names and their values, separated by commas
   */
  void set(String parameters) {
    Map<String, Double> settings = SearchOptions.settings(parameters);
    alone(
        "set",
        null,
        () -> {
          settings.forEach((name, value) -> Shim.setParameter(index, name, value, false));
          settings.forEach((name, value) -> Shim.setParameter(index, name, value, true));
        });
  }

  /** Refuses what {@link #add(float[])} or {@link #add(long[], float[])} would. */
  void checkAdd(Operation operation, float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension);
    kind.requireWritable("add");
    long stamp = handle.enter();
    try {
      kind.require(operation, index.ntotal());
      target.requireTrained("add");
      Shim.checkAdd(index, n, vectors, operation == Operation.ADD_WITH_IDS);
    } catch (RuntimeException e) {
      throw NativeCall.translate("add", e);
    } finally {
      handle.exit(stamp);
    }
  }

  /** The first id past every one that is there. */
  long nextId() {
    long[] first = new long[1];
    alone("add", null, () -> first[0] = nextId.get());
    return first[0];
  }

  private int checkedBuffer(FloatBuffer vectors) {
    int n = Checks.rows("vectors", vectors.limit(), dimension);
    Checks.buffers(Checks.isNative(vectors));
    return n;
  }
}
