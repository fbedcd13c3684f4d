package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Capabilities;
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

  private static final SearchOptions NEAREST = SearchOptions.builder().nprobe(1).build();

  private final IndexQueries target;
  private final FaissIndex index;
  private final IndexKind kind;
  private final IndexChanges changes;
  private final IndexDescription ivf;

  InvertedLists(IndexQueries target, IndexChanges changes) {
    this.target = target;
    this.index = target.index;
    this.kind = target.kind;
    this.changes = changes;
    this.ivf = Capabilities.leaf(kind.description());
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
    return nearest(vectors, NEAREST).ids();
  }

  /**
   * {@return the lists that a search by these options visits for each vector, as ids, and how far
   * away their centroids are} {@link #search} searches in them, here or in another index that has
   * the same centroids.
   *
   * @param vectors row-major float32
   * @param options {@code nprobe}, those that begin with {@code quantizer_}, threads and time
   * @throws IllegalStateException if the index needs training first
   */
  public Neighbors nearest(float[] vectors, SearchOptions options) {
    int n = Checks.rows("vectors", vectors.length, kind.description().dimension());
    return target.searching(
        "lists",
        options,
        filter -> {
          int nprobe = (int) Shim.probes(index, options.words());
          int size = Checks.product("lists", n, nprobe);
          Neighbors lists = new Neighbors(nprobe, new float[size], new long[size]);
          Shim.nearestLists(
              index, n, vectors, nprobe, lists.distances(), lists.ids(), options.words());
          return lists;
        });
  }

  /**
   * Searches as {@link VectorIndex#search(float[], int, SearchOptions)} does, in given lists:
   * Faiss's {@code search_preassigned}.
   *
   * @param queries row-major float32, {@code n * dimension()} long
   * @param k neighbours per query, {@code k >= 1}
   * @param lists for each query the same number of lists, the nearest first, {@code -1} for none,
   *     and how far away their centroids are, as {@link #nearest(float[], SearchOptions)} gives
   *     them; some codes measure from there
   * @param options filter, parameters but {@code nprobe}, threads and time
   * @return {@code n} rows of {@code k}, padded with id {@code -1}
   * @throws IllegalArgumentException if there are not as many rows of lists as of queries, more
   *     lists than the index has or one that it does not have, or a distance is not finite
   * @throws UnsupportedOperationException if there is a filter and the kind has none
   */
  public Neighbors search(float[] queries, int k, Neighbors lists, SearchOptions options) {
    int n = Checks.rows("queries", queries.length, kind.description().dimension());
    int size = Checks.product("neighbours", n, Checks.atLeast("k", 1, k));
    Checks.length("lists", Checks.product("lists", n, lists.k()), lists.ids().length);
    Checks.length("distances of lists", lists.ids().length, lists.distances().length);
    Neighbors found = new Neighbors(k, new float[size], new long[size]);
    return target.searching(
        "search",
        options,
        filter -> {
          Shim.searchLists(
              index,
              n,
              queries,
              k,
              lists.k(),
              lists.distances(),
              lists.ids(),
              found.distances(),
              found.ids(),
              options.words(),
              filter,
              filter.length);
          return found;
        });
  }

  /**
   * {@return the centroid of each list, row-major} Behind pre-transforms they have its components.
   *
   * @throws IllegalStateException if there are none yet
   */
  public float[] centroids() {
    float[] centroids = new float[centroidFloats()];
    return ask(
        "centroids",
        () -> {
          Shim.centroids(index, centroids);
          return centroids;
        });
  }

  /**
   * Gives an index that is not trained its centroids: from a clustering of one's own, or of an
   * index whose lists it is to share. {@link VectorIndex#train} then trains what is left.
   *
   * @param centroids one for each list, row-major, as {@link #centroids()} returns them
   * @throws IllegalArgumentException if the length does not fit or a row is not finite
   * @throws IllegalStateException if the index is trained
   * @throws UnsupportedOperationException if its centroids are sums or products of others
   */
  public void centroids(float[] centroids) {
    requireSettableCentroids();
    Checks.length("centroids", centroidFloats(), centroids.length);
    changes.change("centroids", Operation.LISTS, () -> Shim.setCentroids(index, centroids));
  }

  void requireSettableCentroids() {
    IndexDescription quantizer = ivf.parts().get(0);
    if (!quantizer.kind().startsWith("Index")) {
      throw new UnsupportedOperationException(
          "centroids: expected a quantizer that takes some, got "
              + quantizer.kind()
              + "; train one index and copy() it");
    }
  }

  private int centroidFloats() {
    return Checks.product("centroids", count(), ivf.dimension());
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
   * @throws IllegalArgumentException if the two are one file, or not in one folder, or the indexes
   *     do not fit together, or one is there twice
   * @throws IllegalStateException if there is no vector to write
   * @throws UnsupportedOperationException if the code is kept in blocks, or refers to other codes
   */
  public void writeOnDisk(Path file, Path lists, VectorIndex... more) throws IOException {
    writeOnDisk(file, lists, List.of(more));
  }

  /**
   * Writes as {@link #writeOnDisk(Path, Path, VectorIndex...)} does, and what the options say
   * beside it: with {@link WriteOption#CHECKSUM} both files have a sidecar. {@link
   * ReadOption#REQUIRE_CHECKSUM} says when they are compared.
   *
   * <pre>{@code
   * Path lists = file.resolveSibling("index.lists");
   * index.lists().writeOnDisk(file, lists, List.of(), WriteOption.CHECKSUM);
   * try (VectorIndex read =
   *     VectorIndex.read(file, ReadOption.ON_DISK_LISTS, ReadOption.REQUIRE_CHECKSUM)) {
   *   Neighbors hits = read.search(query, 10);
   * }
   * }</pre>
   *
   * @param file the index, replaced when it is whole
   * @param lists a new file in the same folder; a failure may leave it behind
   * @param more whose lists are written behind these, under the ids that they have
   * @param options what is left beside the two files
   * @throws IOException as without options
   */
  public void writeOnDisk(Path file, Path lists, List<VectorIndex> more, WriteOption... options)
      throws IOException {
    boolean checksum = List.of(options).contains(WriteOption.CHECKSUM);
    String chain = kind.description().chain();
    if (chain.contains("FastScan") || chain.contains("IndexIVFPQR")) {
      throw new UnsupportedOperationException(
          "writeOnDisk: this code's lists do not stand alone; use IVF with Flat, SQ or PQ");
    }
    if (!Objects.equals(lists.toAbsolutePath().getParent(), file.toAbsolutePath().getParent())) {
      throw new IllegalArgumentException(
          "lists: expected a file in the folder of " + file + ", got " + lists);
    }
    List<VectorIndex> others = List.copyOf(more);
    List<FaissIndex> indexes = new ArrayList<>(List.of(index));
    others.forEach(other -> indexes.add(other.index));
    try {
      changes.aloneBeside(
          others, "writeOnDisk", Operation.LISTS, () -> writeAlone(indexes, file, lists, checksum));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void writeAlone(
      List<FaissIndex> indexes, Path file, Path lists, boolean checksum) {
    if (indexes.stream().allMatch(index -> index.ntotal() == 0)) {
      throw new IllegalStateException("writeOnDisk: expected a vector at least, got none");
    }
    try {
      IndexFiles.writeOverLists(indexes, file, lists, checksum);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T ask(String name, java.util.function.Supplier<T> question) {
    return target.ask(name, Operation.LISTS, question);
  }
}
