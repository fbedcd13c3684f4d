package dev.faissjvm.lucene;

import dev.faissjvm.faiss.FlatVectors;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * One field of one segment, open: Lucene's input on its flat file, and the same vectors where
 * Faiss's kernels can reach them.
 *
 * <p>A file that lies in the file system as Lucene reads it is mapped here and now, and shares the
 * page cache with Lucene. Any other is read into native memory by the first search.
 */
final class SegmentVectors implements Closeable {
  private static final int LOAD_BLOCK_BYTES = 1 << 20;

  private final FieldEntry entry;
  private final IndexInput file;
  private final IndexInput aux;
  private @Nullable FlatVectors vectors;
  private boolean closed;

  private SegmentVectors(FieldEntry entry, IndexInput file, IndexInput aux) {
    this.entry = entry;
    this.file = file;
    this.aux = aux;
  }

  /** Opens the field's flat file; {@code aux} stays the caller's. */
  static SegmentVectors open(
      SegmentReadState state, FieldEntry entry, int fieldNumber, IndexInput aux)
      throws IOException {
    String name =
        FlatFile.name(state.segmentInfo.name, state.segmentSuffix, fieldNumber, entry.plain());
    IndexInput file = state.directory.openInput(name, state.context.withRandomAccess());
    try {
      FlatFile flat = entry.flat();
      flat.check(file, state.segmentInfo.getId(), state.segmentSuffix, entry.checksum());
      SegmentVectors opened = new SegmentVectors(entry, file, aux);
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

  StoredVectorValues values() throws IOException {
    FlatFile flat = entry.flat();
    return new StoredVectorValues(
        flat, documents(), file.slice("vectors", flat.floatsOffset(), flat.floatsLength()));
  }

  void search(float[] target, KnnCollector collector, @Nullable Bits accepted) throws IOException {
    FlatFile flat = entry.flat();
    if (target.length != flat.dimension()) {
      throw new IllegalArgumentException(
          "vector query dimension: "
              + target.length
              + " differs from field dimension: "
              + flat.dimension());
    }
    if (flat.count() == 0 || collector.k() == 0) {
      return;
    }
    VectorDocuments documents = documents();
    Selection selection =
        Selection.of(
            flat.count(),
            accepted == null ? null : documents.ordinals(accepted),
            collector.visitLimit() - collector.visitedCount());
    new ExactSearch(vectors(), flat.similarity(), documents, selection).run(target, collector);
  }

  void checkIntegrity() throws IOException {
    CodecUtil.checksumEntireFile(file);
  }

  long ramBytesUsed() {
    return entry.documents().ramBytesUsed()
        + (entry.normsOffset() < 0 ? 0 : (long) entry.flat().count() * Float.BYTES);
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

  private VectorDocuments documents() throws IOException {
    return new VectorDocuments(entry.documents(), entry.flat().count(), aux);
  }

  private synchronized FlatVectors vectors() throws IOException {
    if (closed) {
      throw new AlreadyClosedException("vectors are closed; file=" + file);
    }
    if (vectors == null) {
      vectors = withNorms(load());
    }
    return vectors;
  }

  private FlatVectors load() throws IOException {
    FlatFile flat = entry.flat();
    FlatVectors loaded = FlatVectors.allocate(flat.count(), flat.dimension());
    try {
      IndexInput floats = file.slice("vectors", flat.floatsOffset(), flat.floatsLength());
      int blockRows = Math.max(1, LOAD_BLOCK_BYTES / Float.BYTES / flat.dimension());
      float[] block = new float[Math.min(blockRows, flat.count()) * flat.dimension()];
      for (int row = 0; row < flat.count(); row += blockRows) {
        int rows = Math.min(blockRows, flat.count() - row);
        float[] part = rows == blockRows ? block : new float[rows * flat.dimension()];
        floats.readFloats(part, 0, part.length);
        loaded.put(row, part);
      }
      return loaded;
    } catch (Throwable failure) {
      loaded.close();
      throw failure;
    }
  }

  private FlatVectors withNorms(FlatVectors opened) throws IOException {
    if (entry.normsOffset() < 0) {
      return opened;
    }
    try {
      IndexInput in = aux.clone();
      in.seek(entry.normsOffset());
      float[] norms = new float[entry.flat().count()];
      in.readFloats(norms, 0, norms.length);
      opened.inverseNorms(norms);
      return opened;
    } catch (Throwable failure) {
      opened.close();
      throw failure;
    }
  }
}
