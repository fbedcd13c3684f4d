package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeCall;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How any index is changed, over floats or over bits: refused if it is read-only or its kind cannot
 * be changed so, then crossed alone, with the next id known throughout.
 */
class Changes {
  /** Held by whoever enters two indexes, so that no two of them wait for each other. */
  static final Object TWO_INDEXES = new Object();

  final NextId nextId;
  private final Queries target;
  private final LongSupplier count;

  /**
   * Changes an index.
   *
   * @param count of its vectors, asked while alone
   * @param idsFrom the first id past every one that is there, asked while alone
   */
  Changes(Queries target, LongSupplier count, LongSupplier idsFrom) {
    this.target = target;
    this.count = count;
    this.nextId = new NextId(target.kind, idsFrom);
  }

  /** Adds so many vectors, given the first one's id. */
  final void add(int n, LongConsumer adding) {
    change(
        "add",
        Operation.ADD,
        () -> {
          target.requireTrained("add");
          nextId.numbering(n, adding);
        });
  }

  final void addWithIds(long[] ids, int n, Runnable adding) {
    checkIds(ids, n);
    change(
        "add_with_ids",
        Operation.ADD_WITH_IDS,
        () -> {
          target.requireTrained("add");
          nextId.given(ids, adding);
        });
  }

  /** Returns how many were replaced. */
  final long upsert(long[] ids, int n, LongSupplier replacing) {
    checkIds(ids, n);
    Checks.distinct(ids);
    long[] replaced = new long[1];
    change(
        "upsert",
        Operation.UPSERT,
        () -> {
          target.requireTrained("upsert");
          nextId.given(ids, () -> replaced[0] = replacing.getAsLong());
        });
    return replaced[0];
  }

  /** Returns how many were removed. */
  final long remove(LongSupplier removing) {
    long[] removed = new long[1];
    change(
        "remove",
        Operation.REMOVE,
        () -> {
          nextId.removing();
          removed[0] = removing.getAsLong();
        });
    return removed[0];
  }

  final void merge(Changes other, long addId, Runnable merging) {
    requireOther(other);
    Checks.atLeast("addId", 0, addId);
    Runnable merge =
        () -> {
          nextId.forget();
          other.nextId.forget();
          merging.run();
        };
    synchronized (TWO_INDEXES) {
      change("merge", Operation.MERGE, () -> other.change("merge", Operation.MERGE, merge));
    }
  }

  final void reset(Runnable emptying) {
    change(
        "reset",
        Operation.RESET,
        () -> {
          nextId.forget();
          emptying.run();
        });
  }

  /** Changes an index that may be changed. */
  final void change(String name, @Nullable Operation operation, Runnable change) {
    target.kind.requireWritable(name);
    alone(name, operation, change);
  }

  /** Runs without any other call, even in an index that is read-only. */
  final void alone(String name, @Nullable Operation operation, Runnable action) {
    long stamp = target.handle.enterAlone();
    try {
      if (operation != null) {
        target.kind.require(name, operation, count.getAsLong());
      }
      action.run();
    } catch (RuntimeException e) {
      throw NativeCall.translate(name, e);
    } finally {
      target.handle.exit(stamp);
    }
  }

  final void requireOther(Changes other) {
    if (other == this) {
      throw new IllegalArgumentException("other: expected another index, got this one");
    }
  }

  private static void checkIds(long[] ids, int n) {
    Checks.length("ids", n, ids.length);
    Checks.ids(ids);
  }
}
