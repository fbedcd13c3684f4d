package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.FactoryString;
import dev.faissjvm.faiss.internal.IndexFiles;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.internal.NativeLibrary;
import dev.faissjvm.faiss.raw.FaissIndex;
import dev.faissjvm.faiss.raw.Shim;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A searchable set of float32 vectors in native memory, backed by one Faiss index.
 *
 * <p><b>Shape.</b> Every vector has {@link #dimension()} components. A batch of {@code n} vectors
 * is row-major, {@code n * dimension()} floats: vector {@code i} starts at {@code i * dimension()}.
 * Ids are 64-bit integers from 0, chosen by the caller; {@code -1} means "no neighbour". An index
 * without ids numbers vectors by position, and a removal shifts the positions after it, except in
 * an IVF index, which keeps ids by itself.
 *
 * <p><b>Distance.</b> {@link Metric#L2} yields <em>squared</em> Euclidean distances, smallest
 * first; {@link Metric#INNER_PRODUCT} yields dot products, largest first. Nothing is normalised
 * here: for cosine similarity, add and query unit vectors under {@code INNER_PRODUCT}. Faiss
 * computes batches of 20 and more queries by matrix multiplication, so distances differ in the last
 * digits with the size of the batch.
 *
 * <p><b>Threads.</b> Safe for use by many threads. Searches run together; an add, a removal or a
 * training runs alone; {@link #close()} waits for running calls, and every later call throws {@link
 * IllegalStateException}. One OpenMP thread a call, unless {@link #threads} or {@link
 * SearchOptions} say more.
 *
 * <p><b>Ownership.</b> The index owns native memory that the Java heap does not show and frees it
 * in {@code close()}. One that is forgotten is freed after garbage collection and logged as a leak
 * ({@code -Dfaiss.trackLeaks=true} tells where it was made). Arrays passed in are not retained.
 *
 * <p><b>Errors.</b> A caller's mistake is a JDK exception and leaves the index as it was: {@link
 * IllegalArgumentException} also for a component that is not finite and for a row whose squared
 * norm reaches 1e37, {@link UnsupportedOperationException} with the reason where the kind cannot do
 * it ({@link #supports}). A failure inside Faiss is a {@link NativeFaissException}; after one from
 * a change the contents are unknown, and the index should be closed.
 *
 * <pre>{@code
 * try (VectorIndex index = VectorIndex.create("IDMap2,HNSW32,Flat", 384, Metric.INNER_PRODUCT)) {
 *   index.add(ids, vectors); // long[n], float[n * 384]
 *   Neighbors hits = index.search(query, 10); // float[384] -> the 10 nearest
 * }
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/2401.08281">Douze et al., The Faiss Library, 2024</a>
 */
public final class VectorIndex implements AutoCloseable {
  private static final long UNKNOWN = -1;
  private static final Object MERGING = new Object();

  private final FaissIndex index;
  private final NativeHandle handle;
  private final IndexKind kind;
  private final IndexQueries asked;
  private volatile int threads = 1;
  private long nextId = UNKNOWN; // guarded by the handle

  private VectorIndex(FaissIndex index, Pointer bytes) {
    this.index = index;
    this.handle =
        new NativeHandle(
            "index",
            () -> {
              Shim.destroy(index);
              IndexFiles.free(bytes);
            });
    this.kind = new IndexKind(describeInside(index), !bytes.isNull());
    this.asked = new IndexQueries(index, handle, kind);
  }

  static VectorIndex of(FaissIndex index) {
    return new VectorIndex(index, new Pointer());
  }

  /**
   * Makes an empty index.
   *
   * @param factory Faiss's description, such as {@code IVF1024,Flat}; a plain {@code PQ16} is read
   *     as {@code PQ16np}, since the polysemous training behind it takes seconds a sub-quantizer
   *     and changes no result of a search by default
   * @param dimension components of each vector, 1 to 1,048,576
   * @param metric how vectors are compared
   * @return the index, the caller's to close
   * @throws IllegalArgumentException if the description or the dimension is out of range
   * @throws UnsupportedOperationException if the kind is one that this library keeps away from
   * @throws NativeFaissException if Faiss cannot read the description, in its own words
   * @see <a href="https://github.com/facebookresearch/faiss/wiki/The-index-factory">Faiss: the
   *     index factory</a>
   */
  public static VectorIndex create(String factory, int dimension, Metric metric) {
    String checked = FactoryString.checked(factory);
    Checks.dimension(dimension);
    NativeLibrary.load();
    try {
      return of(Shim.create(dimension, checked, metric.number()));
    } catch (RuntimeException e) {
      throw NativeCall.translate("create " + factory, e);
    }
  }

  /**
   * Reads a file that Faiss wrote, this library's, Python's or C++'s. Every length and link in it
   * is checked first.
   *
   * @param file the file
   * @return the index, the caller's to close
   * @throws IOException if the file cannot be read
   * @throws IndexFormatException if it is damaged, foreign, newer, or of a kind that cannot be
   *     checked
   */
  public static VectorIndex read(Path file) throws IOException {
    return of(IndexFiles.read(file));
  }

  /**
   * Reads an index from a channel, from its position on.
   *
   * @param channel the bytes; not closed
   * @param sizeBytes how many of them are the index
   * @return the index, the caller's to close
   * @throws IOException if the channel fails or ends early
   * @throws IndexFormatException if the bytes are damaged, foreign, newer, or of a kind that cannot
   *     be checked
   */
  public static VectorIndex read(ReadableByteChannel channel, long sizeBytes) throws IOException {
    return of(IndexFiles.read(channel, sizeBytes));
  }

  /**
   * Reads an index from a stream, from where it is on.
   *
   * @param stream the bytes; not closed
   * @param sizeBytes how many of them are the index
   * @return the index, the caller's to close
   * @throws IOException if the stream fails or ends early
   * @throws IndexFormatException if the bytes are damaged, foreign, newer, or of a kind that cannot
   *     be checked
   */
  public static VectorIndex read(InputStream stream, long sizeBytes) throws IOException {
    return read(java.nio.channels.Channels.newChannel(stream), sizeBytes);
  }

  /**
   * Opens a file in place, without copying it, as far as Faiss can (flat codes, HNSW links, IVF
   * lists). The index is read-only. The file must be local and must never change while the index is
   * open: shortening a mapped file ends the process.
   *
   * @param file the file
   * @return the index, the caller's to close
   * @throws IOException if the file cannot be mapped
   * @throws IndexFormatException if it is damaged, foreign, newer, or of a kind that cannot be
   *     checked
   */
  public static VectorIndex map(Path file) throws IOException {
    return map(file, 0, java.nio.file.Files.size(file));
  }

  /**
   * Opens a part of a file in place, as {@link #map(Path)} does.
   *
   * @param file the file
   * @param offset where the index starts
   * @param sizeBytes how long it is
   * @return the index, the caller's to close
   * @throws IOException if the file cannot be mapped, or ends before
   * @throws IndexFormatException if the bytes are damaged, foreign, newer, or of a kind that cannot
   *     be checked
   */
  public static VectorIndex map(Path file, long offset, long sizeBytes) throws IOException {
    IndexFiles.Mapped mapping = IndexFiles.map(file, offset, sizeBytes);
    return new VectorIndex(mapping.index(), mapping.bytes());
  }

  /** {@return components of each vector} */
  public int dimension() {
    return kind.description().dimension();
  }

  /** {@return how vectors are compared} */
  public Metric metric() {
    return kind.description().metric();
  }

  /** {@return vectors stored} */
  public long count() {
    long stamp = handle.enter();
    try {
      return index.ntotal();
    } finally {
      handle.exit(stamp);
    }
  }

  /** {@return whether vectors can be added} */
  public boolean isTrained() {
    long stamp = handle.enter();
    try {
      return index.is_trained();
    } finally {
      handle.exit(stamp);
    }
  }

  /** {@return what the index is made of, now} */
  public IndexDescription describe() {
    long stamp = handle.enter();
    try {
      return describeInside(index);
    } finally {
      handle.exit(stamp);
    }
  }

  /**
   * {@return whether this kind of index can do it}
   *
   * @param operation what
   */
  public boolean supports(Operation operation) {
    return kind.refusal(operation) == null;
  }

  /**
   * Sets OpenMP threads of training and adding, 1 unless set.
   *
   * @param newThreads 1 to 1024
   * @return this
   */
  public VectorIndex threads(int newThreads) {
    threads = (int) Checks.atLeast("threads", 1, Checks.atMost("threads", 1024, newThreads));
    return this;
  }

  /**
   * Learns what the kind needs (centroids, codes, transforms); a kind that needs nothing does
   * nothing.
   *
   * @param vectors row-major float32; for IVF at least as many rows as lists, better 40 times as
   *     many
   * @throws IllegalArgumentException if the length does not fit, a row is not finite, or there are
   *     too few
   */
  public void train(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension());
    change("train", null, () -> Shim.train(index, n, vectors, threads));
  }

  /**
   * Adds vectors; ids are positions, in an IVF index numbers past every id that is there.
   *
   * @param vectors row-major float32
   * @throws IllegalArgumentException if the length does not fit or a row is not finite
   * @throws IllegalStateException if the index needs training first
   */
  public void add(float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension());
    change(
        "add",
        Operation.ADD,
        () -> {
          requireTrained("add");
          long first = nextId == UNKNOWN ? Shim.idsFrom(index) : nextId;
          nextId = UNKNOWN;
          Shim.add(index, n, vectors, first, threads);
          nextId = first + n;
        });
  }

  /**
   * Adds vectors under ids. An id that is there already is then there twice; remove it first to
   * replace it.
   *
   * @param ids one for each row, none below 0
   * @param vectors row-major float32
   * @throws IllegalArgumentException if the lengths do not fit, an id is negative or a row is not
   *     finite
   * @throws IllegalStateException if the index needs training first
   */
  public void add(long[] ids, float[] vectors) {
    int n = Checks.rows("vectors", vectors.length, dimension());
    Checks.length("ids", n, ids.length);
    Checks.ids(ids);
    change(
        "add",
        Operation.ADD_WITH_IDS,
        () -> {
          requireTrained("add");
          nextId = UNKNOWN;
          Shim.addWithIds(index, n, vectors, ids, threads);
        });
  }

  /**
   * Removes every vector whose id the filter holds. One pass over the index: gather ids and remove
   * them at once.
   *
   * @param filter which
   * @return how many were there
   */
  public long remove(IdFilter filter) {
    long[] words = filter.words();
    long[] removed = new long[1];
    change(
        "remove", Operation.REMOVE, () -> removed[0] = Shim.removeIds(index, words, words.length));
    return removed[0];
  }

  /**
   * Takes over another index's vectors and leaves it empty.
   *
   * @param other of the same kind and training: a copy of one trained index, say
   * @param addId added to each of its ids; 0 where ids are positions
   * @throws IllegalArgumentException if the two do not fit together, or are one
   */
  public void mergeFrom(VectorIndex other, long addId) {
    if (other == this) {
      throw new IllegalArgumentException("other: expected another index, got this one");
    }
    Runnable merge =
        () -> {
          nextId = UNKNOWN;
          other.nextId = UNKNOWN;
          Shim.mergeFrom(index, other.index, addId);
        };
    synchronized (MERGING) { // the only place that enters two indexes
      change("merge", Operation.MERGE, () -> other.change("merge", Operation.MERGE, merge));
    }
  }

  /**
   * Gives every vector of an IVF index another id, or removes it, so that lists of one training can
   * be merged under new ids.
   *
   * @param newIds what each id becomes; -1 to remove it
   * @throws IllegalArgumentException if there is an id that {@code newIds} is too short for
   * @throws UnsupportedOperationException if the index is not an IVF index that can remove
   */
  public void renumber(int[] newIds) {
    change(
        "renumber",
        Operation.REMOVE,
        () -> {
          nextId = UNKNOWN;
          Shim.renumber(index, newIds.length, newIds);
        });
  }

  /** {@return a copy in memory of its own, the caller's to close} */
  public VectorIndex copy() {
    return of(asked.copy());
  }

  /** Removes every vector and keeps what was trained. */
  public void reset() {
    change(
        "reset",
        null,
        () -> {
          nextId = UNKNOWN;
          Shim.reset(index);
        });
  }

  /**
   * {@return the {@code k} nearest stored vectors of each query, by the index's own settings}
   *
   * @param queries row-major float32, {@code n * dimension()} long, {@code n >= 1}
   * @param k neighbours per query, {@code k >= 1}
   * @throws IllegalArgumentException if {@code queries} is not a positive multiple of {@code
   *     dimension()} long, a row is not finite, or {@code k < 1}
   * @throws IllegalStateException if the index is closed, or needs training first
   * @throws NativeFaissException if Faiss fails
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
   * @return {@code n} rows of {@code k} on the Java heap, readable after {@link #close()}
   * @throws IllegalArgumentException if {@code queries} is not a positive multiple of {@code
   *     dimension()} long, a row is not finite, or {@code k < 1}
   * @throws UnsupportedOperationException if there is a filter and the kind has none
   * @throws IllegalStateException if the index is closed, or needs training first
   * @throws NativeFaissException if Faiss fails
   */
  public Neighbors search(float[] queries, int k, SearchOptions options) {
    int n = Checks.rows("queries", queries.length, dimension());
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
    asked.search(queries, k, options, distances, ids);
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
    asked.search(queries, k, options, distances, ids);
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
    return asked.range(queries, radius, options);
  }

  /**
   * Returns stored vectors, as near as the index's codes allow.
   *
   * @param ids of stored vectors
   * @return one row for each id
   * @throws IllegalArgumentException if an id is not in the index
   * @throws UnsupportedOperationException if the kind cannot give vectors back
   */
  public float[] reconstruct(long... ids) {
    return asked.reconstruct(ids);
  }

  /**
   * Writes the bytes that {@code faiss.write_index} would write: to a file beside it first, flushed
   * to the disk, then renamed, so that a reader sees the old file or the new one, and a crash loses
   * neither.
   *
   * @param file created or replaced
   * @throws IOException if the file system fails; the old file is then still there
   */
  public void write(Path file) throws IOException {
    long stamp = handle.enter();
    try {
      IndexFiles.write(index, file);
    } finally {
      handle.exit(stamp);
    }
  }

  /** Frees the native memory, after running calls have ended. Closing again does nothing. */
  @Override
  public void close() {
    handle.close();
  }

  private static IndexDescription describeInside(FaissIndex index) {
    return IndexDescription.parse(NativeLibrary.text(Shim.describe(index)));
  }

  private void requireTrained(String operation) {
    if (!index.is_trained()) {
      throw new IllegalStateException(
          operation + ": expected a trained index; call train(vectors) first");
    }
  }

  private void change(String name, @Nullable Operation operation, Runnable change) {
    kind.requireWritable(name);
    long stamp = handle.enterAlone();
    try {
      if (operation != null) {
        kind.require(operation);
      }
      change.run();
      kind.now(describeInside(index));
    } catch (RuntimeException e) {
      throw NativeCall.translate(name, e);
    } finally {
      handle.exit(stamp);
    }
  }
}
