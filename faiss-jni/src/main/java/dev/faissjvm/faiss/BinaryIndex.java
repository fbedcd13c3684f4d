package dev.faissjvm.faiss;

import dev.faissjvm.faiss.internal.BinaryFactory;
import dev.faissjvm.faiss.internal.Checks;
import dev.faissjvm.faiss.internal.IndexFiles;
import dev.faissjvm.faiss.internal.NativeCall;
import dev.faissjvm.faiss.internal.NativeHandle;
import dev.faissjvm.faiss.internal.NativeLibrary;
import dev.faissjvm.faiss.raw.IndexBinary;
import dev.faissjvm.faiss.raw.Shim;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;

/**
 * A searchable set of bit vectors in native memory, backed by one binary Faiss index.
 *
 * <p><b>Shape.</b> Every vector has {@link #dimension()} bits, packed eight to a byte. A batch of
 * {@code n} vectors is row-major, {@code n * dimension() / 8} bytes. Ids are 64-bit integers from
 * 0, chosen by the caller; {@code -1} means "no neighbour". An index without ids numbers vectors by
 * position, and a removal shifts the positions after it, except in a {@code BIVF} index, which
 * keeps ids by itself.
 *
 * <p><b>Distance.</b> Hamming: how many bits differ, smallest first. {@link Neighbors} and {@link
 * RangeHits} carry it as a float, exactly. Faiss's files call this metric {@link Metric#L2}, and so
 * does {@link #describe()}.
 *
 * <p><b>Threads.</b> Safe for use by many threads. Searches run together; an add, a removal or a
 * training runs alone; {@link #close()} waits for running calls, and every later call throws {@link
 * IllegalStateException}. One OpenMP thread a call, unless {@link SearchOptions} say more; changes
 * use one.
 *
 * <p><b>Ownership.</b> The index owns native memory that the Java heap does not show and frees it
 * in {@code close()}. One that is forgotten is freed after garbage collection and logged as a leak.
 * Arrays passed in are not retained.
 *
 * <p><b>Errors.</b> A caller's mistake is a JDK exception and leaves the index as it was; {@link
 * UnsupportedOperationException} with the reason where the kind cannot do it ({@link #supports}). A
 * failure inside Faiss is a {@link NativeFaissException}; after one from a change the contents are
 * unknown, and the index should be closed.
 *
 * <pre>{@code
 * try (BinaryIndex index = BinaryIndex.create("IDMap2,BFlat", 256)) {
 *   index.add(ids, vectors); // long[n], byte[n * 32]
 *   Neighbors hits = index.search(query, 10); // byte[32] -> the 10 nearest
 * }
 * }</pre>
 *
 * @see <a href="https://github.com/facebookresearch/faiss/wiki/Binary-indexes">Faiss: binary
 *     indexes</a>
 */
public final class BinaryIndex extends BinaryQueries implements AutoCloseable {
  private static final String READ_ONLY = "a mapped index is read-only; read it instead";

  private final Changes changes;

  private BinaryIndex(IndexBinary index, Pointer bytes) {
    super(
        index,
        new NativeHandle(
            "index",
            () -> {
              Shim.destroy(index);
              IndexFiles.free(bytes);
            }),
        new IndexKind(describeInside(index), bytes.isNull() ? null : READ_ONLY));
    changes = new Changes(this, index::ntotal, () -> Shim.idsFrom(index));
  }

  /**
   * Makes an empty index.
   *
   * @param factory {@code BFlat}, {@code BIVF1024}, {@code BIVF1024_HNSW32}, {@code BHNSW32},
   *     {@code BHash16} or {@code BHash4x16} (four hashes of 16 bits), behind {@code IDMap,} or
   *     {@code IDMap2,} where ids are wanted
   * @param dimension bits of each vector, a multiple of 8 up to 1,048,576
   * @return the index, the caller's to close
   * @throws IllegalArgumentException if the description or the dimension is out of range
   */
  public static BinaryIndex create(String factory, int dimension) {
    BinaryFactory parsed = BinaryFactory.parse(factory, Checks.bits(dimension));
    NativeLibrary.load();
    try {
      return new BinaryIndex(
          Shim.createBinary(dimension, parsed.faissText(), parsed.idMap()), new Pointer());
    } catch (RuntimeException e) {
      throw NativeCall.translate("create " + factory, e);
    }
  }

  /**
   * Reads a file that Faiss wrote, this library's, Python's or C++'s. Every length and link in it
   * is checked first.
   *
   * @param file compared with the sidecar {@code <file>.sha256}, if there is one
   * @param options what else is asked of it
   * @return the index, the caller's to close
   * @throws IOException if the file cannot be read
   * @throws IndexFormatException if it is damaged, foreign, newer, over floats, or not what its
   *     sidecar says
   * @throws UnsupportedOperationException if lists on disk are asked for, which bits have none of
   */
  public static BinaryIndex read(Path file, ReadOption... options) throws IOException {
    List<ReadOption> asked = List.of(options);
    if (asked.contains(ReadOption.ON_DISK_LISTS)) {
      throw new UnsupportedOperationException("read: lists of bits on disk are not there; map it");
    }
    boolean checksum = asked.contains(ReadOption.REQUIRE_CHECKSUM);
    return new BinaryIndex(IndexFiles.read(file, checksum, Shim::readBinary), new Pointer());
  }

  /**
   * Reads an index from a stream, from where it is to its end.
   *
   * @param stream the bytes; not closed
   * @return the index, the caller's to close
   * @throws IOException if the stream fails
   * @throws IndexFormatException as for a file
   */
  public static BinaryIndex read(InputStream stream) throws IOException {
    return new BinaryIndex(
        IndexFiles.read(Channels.newChannel(stream), Shim::readBinary), new Pointer());
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
  public static BinaryIndex read(ReadableByteChannel channel, long sizeBytes) throws IOException {
    return new BinaryIndex(IndexFiles.read(channel, sizeBytes, Shim::readBinary), new Pointer());
  }

  /**
   * Reads an index from a buffer, from its position to its limit, where its position is afterwards.
   *
   * @param bytes copied first, so that nothing moves between check and reading
   * @return the index, the caller's to close
   * @throws IndexFormatException as for a file
   */
  public static BinaryIndex read(ByteBuffer bytes) {
    return new BinaryIndex(IndexFiles.read(bytes, Shim::readBinary), new Pointer());
  }

  /**
   * Opens a file in place, without copying it, as far as Faiss can (flat bits, HNSW links, lists).
   * The index is read-only. The file must be local and must never change while the index is open:
   * shortening a mapped file ends the process.
   *
   * @param file the file
   * @return the index, the caller's to close
   * @throws IOException if the file cannot be mapped
   * @throws IndexFormatException if it is damaged, foreign, newer, or over floats
   */
  public static BinaryIndex map(Path file) throws IOException {
    IndexFiles.Mapped<IndexBinary> mapping = IndexFiles.map(file, Shim::mapBinary);
    return new BinaryIndex(mapping.index(), mapping.bytes());
  }

  /** {@return bits of each vector} */
  public int dimension() {
    return kind.description().dimension();
  }

  /** {@return vectors stored} */
  public long count() {
    return handle.ask("count", index::ntotal);
  }

  /** {@return whether vectors can be added} */
  public boolean isTrained() {
    return handle.ask("isTrained", index::is_trained);
  }

  /** {@return what the index is made of, now} */
  public IndexDescription describe() {
    return handle.ask("describe", () -> describeInside(index));
  }

  /**
   * {@return whether this kind of index can do it}
   *
   * @param operation what
   */
  public boolean supports(Operation operation) {
    return kind.refusal(operation, 0) == null;
  }

  /**
   * Sets what the index is built by, and searched by unless a search says otherwise; written to its
   * file.
   *
   * @param parameters in Faiss's notation: {@code nprobe} of a {@code BIVF} index, {@code efSearch}
   *     and, for what is added from then on, {@code efConstruction} of a graph, behind {@code
   *     quantizer_} those of the quantizer
   * @return this
   * @throws IllegalArgumentException if a value is out of range; then none is set
   * @throws UnsupportedOperationException if the index has no such parameter; then none is set
   */
  public BinaryIndex set(String parameters) {
    Map<String, Double> settings = SearchOptions.settings(parameters);
    changes.change(
        "set",
        null,
        () -> {
          settings.forEach((name, value) -> Shim.setParameter(index, name, value, false));
          settings.forEach((name, value) -> Shim.setParameter(index, name, value, true));
        });
    return this;
  }

  /**
   * Learns the centroids of a {@code BIVF} index; the other kinds need nothing and do nothing.
   *
   * @param vectors row-major bits; at least as many rows as lists, better 40 times as many
   * @throws IllegalArgumentException if the length does not fit, or there are too few rows
   */
  public void train(byte[] vectors) {
    int n = rows("vectors", vectors);
    changes.change("train", null, () -> Shim.train(index, n, vectors, 1));
  }

  /**
   * Adds vectors; ids are positions, in a {@code BIVF} or {@code BHash} index numbers past every id
   * that is there.
   *
   * @param vectors row-major bits
   * @throws IllegalArgumentException if the length does not fit
   * @throws IllegalStateException if the index needs training first
   */
  public void add(byte[] vectors) {
    int n = rows("vectors", vectors);
    changes.add(n, first -> Shim.add(index, n, vectors, first, 1));
  }

  /**
   * Adds vectors under ids. An id that is there already is then there twice; remove it first to
   * replace it.
   *
   * @param ids one for each row, none below 0
   * @param vectors row-major bits
   * @throws IllegalArgumentException if the lengths do not fit or an id is negative
   * @throws IllegalStateException if the index needs training first
   */
  public void add(long[] ids, byte[] vectors) {
    int n = rows("vectors", vectors);
    changes.addWithIds(ids, n, () -> Shim.addWithIds(index, n, vectors, ids, 1));
  }

  /**
   * Removes every vector whose id the filter holds, in one pass over the index.
   *
   * @param filter which
   * @return how many were there
   */
  public long remove(IdFilter filter) {
    long[] words = filter.words();
    return changes.remove(() -> Shim.removeIds(index, words, words.length));
  }

  /**
   * Replaces the vectors of ids: what is there under them is removed, then the new ones are added.
   *
   * @param ids one for each row, none below 0
   * @param vectors row-major bits
   * @return how many were there
   * @throws IllegalArgumentException if the lengths do not fit, or an id is negative or given twice
   * @throws IllegalStateException if the index needs training first
   */
  public long upsert(long[] ids, byte[] vectors) {
    int n = rows("vectors", vectors);
    return changes.upsert(
        ids,
        n,
        () -> {
          long[] words = IdFilter.of(ids).words();
          long removed = Shim.removeIds(index, words, words.length);
          Shim.addWithIds(index, n, vectors, ids, 1);
          return removed;
        });
  }

  /**
   * Takes over another index's vectors and leaves it empty.
   *
   * @param other of the same kind and training: a copy of one trained index, say
   * @param addId added to each of its ids, 0 or more
   * @throws IllegalArgumentException if the two do not fit together, or are one, or an id would
   *     pass the largest there is
   */
  public void mergeFrom(BinaryIndex other, long addId) {
    changes.merge(other.changes, addId, () -> Shim.mergeFrom(index, other.index, addId));
  }

  /** {@return a copy in memory of its own, the caller's to close} */
  public BinaryIndex copy() {
    return ask(
        "copy", Operation.COPY, () -> new BinaryIndex(Shim.cloneIndex(index), new Pointer()));
  }

  /** Removes every vector and keeps what was trained. */
  public void reset() {
    changes.reset(() -> Shim.reset(index));
  }

  /**
   * Sets how many bits of a hash may differ between a query and a bucket it looks into: 0 unless
   * set. Written in the file.
   *
   * @param flips 0 to the bits of a hash, and at most a million buckets a query
   * @throws IllegalArgumentException if that are too many
   * @throws UnsupportedOperationException if this is no hash index
   */
  public void nflip(int flips) {
    changes.change("nflip", null, () -> Shim.setFlips(index, flips));
  }

  /**
   * Writes the bytes that {@code faiss.write_index_binary} would write: to a file beside it first,
   * flushed to the disk, then renamed.
   *
   * @param file created or replaced
   * @param options what is left beside it
   * @throws IOException if the file system fails; the old file is then still there
   */
  public void write(Path file, WriteOption... options) throws IOException {
    boolean checksum = List.of(options).contains(WriteOption.CHECKSUM);
    long stamp = handle.enter();
    try {
      IndexFiles.write(sink -> Shim.writeIndex(index, sink), file, checksum);
    } finally {
      handle.exit(stamp);
    }
  }

  /**
   * Writes the same bytes to a channel, a megabyte at a time. Meanwhile searches go on and changes
   * wait; the channel must not call this index.
   *
   * @param channel left open
   * @throws IOException as the channel throws it
   */
  public void write(WritableByteChannel channel) throws IOException {
    long stamp = handle.enterLending();
    try {
      IndexFiles.write(sink -> Shim.writeIndex(index, sink), channel);
    } finally {
      handle.exitLending(stamp);
    }
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

  /** {@return about how many bytes of native memory the index holds now} */
  public long memoryBytes() {
    return handle.ask("memory", () -> Shim.memoryBytes(index));
  }

  /** Frees the native memory, after running calls have ended. Closing again does nothing. */
  @Override
  public void close() {
    handle.close();
  }

  private static IndexDescription describeInside(IndexBinary index) {
    return IndexDescription.parse(NativeLibrary.text(Shim.describe(index)));
  }
}
