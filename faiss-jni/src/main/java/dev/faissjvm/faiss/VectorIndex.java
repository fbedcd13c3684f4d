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
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
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
 * <p><b>Files.</b> What is written are the bytes of Python's {@code faiss.write_index}. What is
 * read is checked first, every length and link of it, and compared with its sha-256 sidecar if it
 * has one; so no file ends or hangs the process.
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
public final class VectorIndex extends IndexQueries implements AutoCloseable {
  private final IndexChanges changes;

  private VectorIndex(FaissIndex index, Pointer bytes, @Nullable String readOnly) {
    super(index, owner(index, bytes), new IndexKind(describeInside(index), readOnly));
    this.changes = new IndexChanges(this);
  }

  private VectorIndex(FaissIndex index) {
    this(index, new Pointer(), null);
  }

  private VectorIndex(IndexFiles.Mapped<FaissIndex> mapped) {
    this(mapped.index(), mapped.bytes(), "a mapped index is read-only; read it instead");
  }

  static VectorIndex of(FaissIndex index) {
    return new VectorIndex(index);
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
      return new VectorIndex(Shim.create(dimension, checked, metric.number()));
    } catch (RuntimeException e) {
      throw NativeCall.translate("create " + factory, e);
    }
  }

  /**
   * Reads a file that Faiss wrote: this library's, Python's or C++'s.
   *
   * @param file compared with the sidecar {@code <file>.sha256}, if there is one
   * @param options what else is asked of it
   * @return the index, the caller's to close
   * @throws IOException if the file cannot be read
   * @throws IndexFormatException if it is damaged, foreign, newer, of a kind that cannot be
   *     checked, or not what its sidecar says
   */
  public static VectorIndex read(Path file, ReadOption... options) throws IOException {
    List<ReadOption> asked = List.of(options);
    boolean checksum = asked.contains(ReadOption.REQUIRE_CHECKSUM);
    if (asked.contains(ReadOption.ON_DISK_LISTS)) {
      FaissIndex index = IndexFiles.readOverLists(file, checksum);
      return new VectorIndex(index, new Pointer(), "an index with lists on disk is read-only");
    }
    return new VectorIndex(IndexFiles.read(file, checksum, Shim::readIndex));
  }

  /**
   * Reads a file without checking it: kinds and layouts that {@link #read(Path, ReadOption...)}
   * refuses, from a source that is trusted. A damaged file can end the process. A sidecar is
   * verified here too.
   *
   * @param file the file
   * @return the index, the caller's to close
   * @throws IOException if the file cannot be read
   * @throws NativeFaissException if Faiss cannot read it
   */
  public static VectorIndex readUnchecked(Path file) throws IOException {
    return new VectorIndex(IndexFiles.read(file, false, Shim::readUnchecked));
  }

  /**
   * Reads an index from a stream, from where it is to its end.
   *
   * @param stream the bytes; not closed
   * @return the index, the caller's to close
   * @throws IOException if the stream fails
   * @throws IndexFormatException as for a file
   */
  public static VectorIndex read(InputStream stream) throws IOException {
    return new VectorIndex(IndexFiles.read(Channels.newChannel(stream), Shim::readIndex));
  }

  /**
   * Reads an index from a channel, from where it is.
   *
   * @param channel the bytes; not closed
   * @param sizeBytes how many of them are the index
   * @return the index, the caller's to close
   * @throws IOException if the channel fails or ends early
   * @throws IndexFormatException as for a file
   */
  public static VectorIndex read(ReadableByteChannel channel, long sizeBytes) throws IOException {
    return new VectorIndex(IndexFiles.read(channel, sizeBytes, Shim::readIndex));
  }

  /**
   * Reads an index from a buffer, from its position to its limit, where its position is afterwards.
   *
   * @param bytes copied first, so that nothing moves between check and reading
   * @return the index, the caller's to close
   * @throws IndexFormatException as for a file
   */
  public static VectorIndex read(ByteBuffer bytes) {
    return new VectorIndex(IndexFiles.read(bytes, Shim::readIndex));
  }

  /**
   * Opens a file in place, without copying it, as far as Faiss can (flat codes, HNSW links, IVF
   * lists). The index is read-only. The file must be local and must never change while the index is
   * open: shortening a mapped file ends the process.
   *
   * @param file compared with the sidecar {@code <file>.sha256}, if there is one: then it is read
   *     once from end to end
   * @return the index, the caller's to close
   * @throws IOException if the file cannot be mapped
   * @throws IndexFormatException as for a file that is read
   */
  public static VectorIndex map(Path file) throws IOException {
    return new VectorIndex(IndexFiles.map(file, Shim::mapIndex));
  }

  /**
   * Opens a part of a file in place, as {@link #map(Path)} does; there is no sidecar of a part.
   *
   * @param file the file
   * @param offset where the index starts
   * @param sizeBytes how long it is
   * @return the index, the caller's to close
   * @throws IOException if the file cannot be mapped, or ends before
   * @throws IndexFormatException as for a file that is read
   */
  public static VectorIndex map(Path file, long offset, long sizeBytes) throws IOException {
    return new VectorIndex(IndexFiles.map(file, offset, sizeBytes, Shim::mapIndex));
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
    return ask("count", null, index::ntotal);
  }

  /** {@return whether vectors can be added} */
  public boolean isTrained() {
    return ask("isTrained", null, index::is_trained);
  }

  /** {@return what the index is made of, now} */
  public IndexDescription describe() {
    return ask("describe", null, () -> describeInside(index));
  }

  /**
   * {@return whether this kind of index can do it}
   *
   * @param operation what
   */
  public boolean supports(Operation operation) {
    return kind.refusal(operation, count()) == null;
  }

  /**
   * Sets OpenMP threads of training, adding and coding, 1 unless set.
   *
   * @param newThreads 1 to 1024
   * @return this
   */
  public VectorIndex threads(int newThreads) {
    setThreads(newThreads);
    return this;
  }

  /**
   * Sets what the index is built by, and searched by unless a search says otherwise; written to its
   * file.
   *
   * @param parameters in Faiss's notation, such as {@code nprobe=16,quantizer_efSearch=64}: {@code
   *     nprobe} of an IVF index, {@code efSearch} and, for what is added from then on, {@code
   *     efConstruction} of an HNSW graph, {@code search_L} of an NSG graph, {@code k_factor} of a
   *     refining index; behind {@code quantizer_} those of the quantizer
   * @return this
   * @throws IllegalArgumentException if a value is out of range; then none is set
   * @throws UnsupportedOperationException if the index has no such parameter; then none is set
   */
  public VectorIndex set(String parameters) {
    changes.set(parameters);
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
    changes.train(vectors);
  }

  /**
   * Adds vectors; ids are positions, in an IVF index numbers past every id that is there.
   *
   * @param vectors row-major float32
   * @throws IllegalArgumentException if the length does not fit or a row is not finite
   * @throws IllegalStateException if the index needs training first
   */
  public void add(float[] vectors) {
    changes.add(vectors);
  }

  /**
   * Adds vectors under ids. An id that is there already is then there twice; {@link #upsert}
   * instead replaces it.
   *
   * @param ids one for each row, none below 0
   * @param vectors row-major float32
   * @throws IllegalArgumentException if the lengths do not fit, an id is negative or a row is not
   *     finite
   * @throws IllegalStateException if the index needs training first
   */
  public void add(long[] ids, float[] vectors) {
    changes.add(ids, vectors);
  }

  /**
   * Adds vectors as {@link #add(float[])} does, from a direct buffer and without a copy of it.
   *
   * @param vectors row-major float32, from 0 to its limit, not written to meanwhile
   */
  public void add(FloatBuffer vectors) {
    changes.add(vectors);
  }

  /**
   * Adds vectors as {@link #add(long[], float[])} does, from a direct buffer and without a copy of
   * it.
   *
   * @param ids one for each row, none below 0
   * @param vectors row-major float32, from 0 to its limit, not written to meanwhile
   */
  public void add(long[] ids, FloatBuffer vectors) {
    changes.add(ids, vectors);
  }

  /**
   * Replaces the vectors of ids that are there, and adds the others. One pass over the index, as a
   * removal: gather them.
   *
   * @param ids one for each row, each once, none below 0
   * @param vectors row-major float32
   * @return how many vectors went away
   * @throws IllegalArgumentException as {@link #add(long[], float[])}, or if an id is there twice
   * @throws IllegalStateException if the index needs training first
   */
  public long upsert(long[] ids, float[] vectors) {
    return changes.upsert(ids, vectors);
  }

  /**
   * Removes every vector whose id the filter holds. One pass over the index: gather ids and remove
   * them at once.
   *
   * @param filter which
   * @return how many were there
   */
  public long remove(IdFilter filter) {
    return changes.remove(filter);
  }

  /**
   * Takes over another index's vectors and leaves it empty.
   *
   * @param other of the same kind and training: a copy of one trained index, say
   * @param addId added to each of its ids, 0 or more; 0 where ids are positions
   * @throws IllegalArgumentException if the two do not fit together, or are one, or {@code addId}
   *     does not fit
   */
  public void mergeFrom(VectorIndex other, long addId) {
    changes.mergeFrom(other.changes, addId);
  }

  /**
   * Copies some vectors of an IVF index, with their ids, into another.
   *
   * @param other of the same kind and training
   * @param filter which
   * @return how many
   * @throws IllegalArgumentException if the two do not fit together, or are one
   */
  public long copySubsetTo(VectorIndex other, IdFilter filter) {
    return changes.copySubset(other.changes, filter);
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
    changes.renumber(newIds);
  }

  /** {@return a copy in memory of its own, the caller's to close} */
  public VectorIndex copy() {
    return new VectorIndex(cloned());
  }

  /**
   * Removes every vector and keeps what was trained.
   *
   * @throws UnsupportedOperationException if the kind is a codec or a quantizer alone
   */
  public void reset() {
    changes.reset();
  }

  /**
   * {@return the lists of an IVF index}
   *
   * @throws UnsupportedOperationException if there are none
   */
  public InvertedLists lists() {
    kind.require(Operation.LISTS, 0);
    return new InvertedLists(this, changes);
  }

  /**
   * Writes the bytes that {@code faiss.write_index} would write: to a file beside it first, flushed
   * to the disk, then renamed, so that a reader sees the old file or the new one, and a crash loses
   * neither.
   *
   * @param file created or replaced
   * @param options what is left beside it
   * @throws IOException if the file system fails; the old file is then still there
   */
  public void write(Path file, WriteOption... options) throws IOException {
    boolean checksum = List.of(options).contains(WriteOption.CHECKSUM);
    lend(() -> IndexFiles.write(sink -> Shim.writeIndex(index, sink), file, checksum));
  }

  /**
   * Writes the same bytes to a channel, a megabyte at a time. Meanwhile searches go on and changes
   * wait; the channel must not call this index.
   *
   * @param channel left open
   * @throws IOException as the channel throws it
   */
  public void write(WritableByteChannel channel) throws IOException {
    lend(() -> IndexFiles.write(sink -> Shim.writeIndex(index, sink), channel));
  }

  /**
   * Writes the same bytes to a stream, as {@link #write(WritableByteChannel)} does.
   *
   * @param stream neither flushed nor closed
   * @throws IOException as the stream throws it
   */
  public void write(OutputStream stream) throws IOException {
    write(Channels.newChannel(stream));
  }

  /** {@return how many bytes {@link #write} writes now, found by writing them to nowhere} */
  public long writtenSizeBytes() {
    return ask("write", null, () -> Shim.writtenBytes(index));
  }

  /**
   * {@return about how many bytes of native memory the index holds now, of a mapped one how many it
   * holds once all of it was touched} The bytes of its file, and tables that Faiss builds beside
   * them; room that is kept to grow, up to half as much again after adding in small portions, is
   * not counted.
   */
  public long memoryBytes() {
    return ask("memory", null, () -> Shim.memoryBytes(index));
  }

  /** Frees the native memory, after running calls have ended. Closing again does nothing. */
  @Override
  public void close() {
    handle.close();
  }

  IndexChanges changes() {
    return changes;
  }

  private static NativeHandle owner(FaissIndex index, Pointer bytes) {
    return new NativeHandle(
        "index",
        () -> {
          Shim.destroy(index);
          IndexFiles.free(bytes);
        });
  }

  private static IndexDescription describeInside(FaissIndex index) {
    return IndexDescription.parse(NativeLibrary.text(Shim.describe(index)));
  }
}
