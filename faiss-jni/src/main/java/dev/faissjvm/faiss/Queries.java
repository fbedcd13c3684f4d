package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeHandle;
import java.lang.ref.Reference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How any index is asked, over floats or over bits: refused if its kind cannot answer, then crossed
 * under the shared lock.
 */
abstract sealed class Queries permits IndexQueries, BinaryQueries {
  final NativeHandle handle;
  final IndexKind kind;
  final int dimension;
  private boolean trained; // what is trained stays so: asked until it is

  Queries(NativeHandle handle, IndexKind kind) {
    this.handle = handle;
    this.kind = kind;
    this.dimension = kind.description().dimension();
  }

  abstract boolean isTrainedNow();

  final void requireTrained(String operation) {
    trained = trained || isTrainedNow();
    if (!trained) {
      throw new IllegalStateException(
          operation + ": expected a trained index; call train(vectors) first");
    }
  }

  /** Refuses results that the neighbours of so many queries do not fit. */
  static void requireRoom(int queries, int k, int distances, int ids) {
    long size = queries * Checks.atLeast("k", 1, k);
    Checks.roomFor("distances", size, distances);
    Checks.roomFor("ids", size, ids);
  }

  /** Asks under the shared lock, if the kind can do it. */
  final <T> T ask(String name, @Nullable Operation operation, Supplier<T> question) {
    if (operation != null) {
      kind.require(name, operation, 0);
    }
    return handle.ask(name, question);
  }

  /** Searches under the shared lock, given the words of the filter. */
  final <T> T searching(String name, SearchOptions options, Function<long[], T> search) {
    long stamp = enterToSearch(options);
    try {
      return search.apply(options.filterWords());
    } catch (RuntimeException e) {
      throw NativeCall.translate(name, e);
    } finally {
      exit(stamp, options);
    }
  }

  final long enterToSearch(SearchOptions options) {
    kind.require(Operation.SEARCH, 0);
    if (options.filter() != null) {
      kind.require(Operation.FILTER, 0);
    }
    long stamp = handle.enter();
    try {
      requireTrained("search");
      return stamp;
    } catch (IllegalStateException e) {
      handle.exit(stamp);
      throw e;
    }
  }

  /** The options stay reachable until here: they own the memory that a call may be ended by. */
  final void exit(long stamp, SearchOptions options) {
    try {
      handle.exit(stamp);
    } finally {
      Reference.reachabilityFence(options);
    }
  }
}
