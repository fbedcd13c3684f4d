package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.IndexFiles;
import dev.faissjvm.faiss.raw.FaissIndex;
import dev.faissjvm.faiss.raw.Shim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The lists of an IVF index: what is in them, what finds a vector by its id, and how they are kept.
 * A view of a {@link VectorIndex}, with its life, its locks and its errors.
 *
 * <pre>{@code
 * InvertedLists lists = index.lists();
 * long[] sizes = lists.sizes();
 * long[] ids = lists.ids(7);
 * lists.directMap(InvertedLists.DirectMap.HASH); // reconstruct by id without a pass over all ids
 * }</pre>
 */
public final class InvertedLists {
  /** What finds a stored vector by its id; it is written to the index's file. */
  public enum DirectMap {
    /** Nothing: a pass over all ids. */
    NONE(0),
    /** An array of positions: ids are 0 to count - 1, none is given by the caller or removed. */
    ARRAY(1),
    /** A hash table, for any ids. Removing makes it anew. */
    HASH(2);

    private final int number;

    DirectMap(int number) {
      this.number = number;
    }
  }

  private final IndexQueries target;
  private final FaissIndex index;
  private final IndexKind kind;
  private final IndexChanges changes;

  InvertedLists(IndexQueries target, IndexChanges changes) {
    this.target = target;
    this.index = target.index;
    this.kind = target.kind;
    this.changes = changes;
  }

  /** {@return how many lists there are} */
  public int count() {
    return ask("lists", () -> (int) Shim.listCount(index));
  }

  /** {@return the vectors in each list} */
  public long[] sizes() {
    return ask(
        "lists",
        () -> {
          long[] sizes = new long[(int) Shim.listCount(index)];
          Shim.listSizes(index, sizes);
          return sizes;
        });
  }

  /**
   * {@return the ids in a list, in the order of its codes}
   *
   * @param list from 0
   * @throws IndexOutOfBoundsException if there is no such list
   */
  public long[] ids(int list) {
    return ask(
        "lists",
        () -> {
          Objects.checkIndex(list, (int) Shim.listCount(index));
          long[] ids = new long[Checks.product("ids", Shim.listSize(index, list), 1)];
          Shim.listIds(index, list, ids);
          return ids;
        });
  }

  /**
   * {@return the list that each vector belongs to}
   *
   * @param vectors row-major float32
   * @throws IllegalStateException if the index needs training first
   */
  public long[] nearest(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, kind.description().dimension());
    return ask(
        "lists",
        () -> {
          if (!index.is_trained()) {
            throw new IllegalStateException(
                "lists: expected a trained index; call train(vectors) first");
          }
          long[] lists = new long[n];
          Shim.nearestLists(index, n, vectors, lists);
          return lists;
        });
  }

  /** {@return what finds a vector by its id} */
  public DirectMap directMap() {
    return ask("lists", () -> DirectMap.values()[Shim.directMap(index)]);
  }

  /**
   * Sets what finds a vector by its id.
   *
   * @param map nothing, positions or a hash table
   * @throws IllegalStateException if ids are not 0 to count - 1, for an array
   * @throws UnsupportedOperationException if the codes cannot be taken out anyway
   */
  public void directMap(DirectMap map) {
    if (kind.description().chain().contains("FastScan")) {
      throw new UnsupportedOperationException(
          "directMap: fast-scan codes cannot be taken out; use IVF,PQ");
    }
    changes.change("directMap", Operation.LISTS, () -> Shim.setDirectMap(index, map.number));
  }

  /** {@return whether searching uses a table of distances made beforehand, as only IVF,PQ does} */
  public boolean hasPrecomputedTable() {
    return ask("lists", () -> Shim.hasPrecomputedTable(index));
  }

  /**
   * Makes the table of distances that speeds up searching IVF,PQ under L2: up to 2 GiB.
   *
   * @return whether there is one now; Faiss makes none for other codes and metrics, nor a larger
   *     one
   */
  public boolean precomputeTable() {
    return table(true);
  }

  /** Gives the table of distances up: slower, smaller, and the same results but for rounding. */
  public void dropTable() {
    table(false);
  }

  private boolean table(boolean wanted) {
    boolean[] there = new boolean[1];
    changes.alone(
        "precomputeTable",
        Operation.LISTS,
        () -> there[0] = Shim.setPrecomputedTable(index, wanted));
    return there[0];
  }

  /**
   * Writes the lists to a file of their own and the index beside it, as Python does with {@code
   * OnDiskInvertedLists}; read it with {@link ReadOption#ON_DISK_LISTS}. The index stays as it is.
   *
   * <p>Other indexes of the same training can be written with it, as one: parts that were filled
   * one after the other and are mapped, say, so that all of them together never stand in memory.
   *
   * @param file the index, replaced when it is whole
   * @param lists a new file in the same folder; a failure may leave it behind
   * @param more whose lists are written behind these, under the ids that they have
   * @throws IOException if the file system fails, or {@code lists} is there already
   * @throws IllegalArgumentException if the two are not in one folder, or the indexes do not fit
   *     together, or one is there twice
   * @throws IllegalStateException if there is no vector to write
   * @throws UnsupportedOperationException if the code is kept in blocks, or refers to other codes
   */
  public void writeOnDisk(Path file, Path lists, VectorIndex... more) throws IOException {
    String chain = kind.description().chain();
    if (chain.contains("FastScan") || chain.contains("IndexIVFPQR")) {
      throw new UnsupportedOperationException(
          "writeOnDisk: this code's lists do not stand alone; use IVF with Flat, SQ or PQ");
    }
    if (!Objects.equals(lists.toAbsolutePath().getParent(), file.toAbsolutePath().getParent())) {
      throw new IllegalArgumentException(
          "lists: expected a file in the folder of " + file + ", got " + lists);
    }
    List<FaissIndex> indexes = new ArrayList<>(List.of(index));
    List.of(more).forEach(other -> indexes.add(other.index));
    try {
      changes.aloneBeside(
          List.of(more), "writeOnDisk", Operation.LISTS, () -> writeAlone(indexes, file, lists));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void writeAlone(List<FaissIndex> indexes, Path file, Path lists) {
    if (indexes.stream().allMatch(index -> index.ntotal() == 0)) {
      throw new IllegalStateException("writeOnDisk: expected a vector at least, got none");
    }
    try {
      IndexFiles.writeOverLists(indexes, file, lists);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T ask(String name, java.util.function.Supplier<T> question) {
    return target.ask(name, Operation.LISTS, question);
  }
}
