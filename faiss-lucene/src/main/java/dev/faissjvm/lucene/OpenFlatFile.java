package dev.faissjvm.lucene;

import dev.faissjvm.faiss.FlatVectors;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * A flat file, open: Lucene's input on it, and the same vectors where Faiss's kernels reach them.
 *
 * <p>A file that Lucene maps is mapped here and now as well, and shares the page cache with Lucene.
 * Any other is read into native memory by the first search: one in memory, in a cache, or in an
 * {@link org.apache.lucene.store.NIOFSDirectory}, which is the directory for NFS, where mapped
 * files may vanish under their readers.
 */
final class OpenFlatFile implements Closeable {
  private static final int BLOCK_FLOATS = 1 << 18;

  private final FlatFile flat;
  private final IndexInput file;
  private final IndexInput floats;
  private final float @Nullable [] inverseNorms;
  private @Nullable FlatVectors vectors;
  private boolean closed;

  private OpenFlatFile(FlatFile flat, IndexInput file, float @Nullable [] inverseNorms)
      throws IOException {
    this.flat = flat;
    this.file = file;
    this.floats = file.slice("vectors", flat.floatsOffset(), flat.floatsLength());
    this.inverseNorms = inverseNorms;
  }

  /** Sees blocks of vectors, row-major, and the number of each block's first. */
  interface BlockVisitor {
    void visit(int first, float[] rows) throws IOException;
  }

  static OpenFlatFile open(
      SegmentReadState state,
      String name,
      FlatFile flat,
      long checksum,
      float @Nullable [] inverseNorms)
      throws IOException {
    IndexInput file = state.directory.openInput(name, state.context.withRandomAccess());
    try {
      flat.check(file, state.segmentInfo.getId(), state.segmentSuffix, checksum);
      OpenFlatFile opened = new OpenFlatFile(flat, file, inverseNorms);
      Optional<FileRegion> region = FileRegion.find(state, name, file);
      if (region.isPresent() && flat.count() > 0) {
        opened.vectors =
            opened.withNorms(
                FlatVectors.map(
                    region.get().file(),
                    region.get().offset() + flat.floatsOffset(),
                    flat.count(),
                    flat.dimension()));
      }
      return opened;
    } catch (Throwable failure) {
      IOUtils.closeWhileHandlingException(file);
      throw failure;
    }
  }

  FlatFile flat() {
    return flat;
  }

  /**
   * A new input on the vectors alone. It is the clone of one that nobody closes: an input that is
   * closed while another is made from it may fail with a NullPointerException (from JDK 21 on, in
   * MemorySegmentIndexInput). A clone of this one says that the file is closed when it is read.
   */
  IndexInput floats() {
    return floats.clone();
  }

  /** The vectors for Faiss's kernels, until this is closed. */
  synchronized FlatVectors vectors() throws IOException {
    if (closed) {
      throw new AlreadyClosedException("vectors are closed; file=" + file);
    }
    if (vectors == null) {
      vectors = withNorms(load());
    }
    return vectors;
  }

  /** Reads all vectors in order, in blocks of about a megabyte; each array is of its own. */
  void forEachBlock(BlockVisitor visitor) throws IOException {
    IndexInput in = floats();
    int blockRows = Math.max(1, BLOCK_FLOATS / flat.dimension());
    for (int row = 0; row < flat.count(); row += blockRows) {
      float[] rows = new float[Math.min(blockRows, flat.count() - row) * flat.dimension()];
      in.readFloats(rows, 0, rows.length);
      visitor.visit(row, rows);
    }
  }

  synchronized boolean isClosed() {
    return closed;
  }

  void checkIntegrity() throws IOException {
    CodecUtil.checksumEntireFile(file);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (vectors != null) {
      vectors.close();
      vectors = null;
    }
    file.close();
  }

  private FlatVectors load() throws IOException {
    FlatVectors loaded = FlatVectors.allocate(flat.count(), flat.dimension());
    try {
      forEachBlock(loaded::put);
      return loaded;
    } catch (Throwable failure) {
      loaded.close();
      throw failure;
    }
  }

  private FlatVectors withNorms(FlatVectors opened) {
    if (inverseNorms != null) {
      opened.inverseNorms(inverseNorms);
    }
    return opened;
  }
}
