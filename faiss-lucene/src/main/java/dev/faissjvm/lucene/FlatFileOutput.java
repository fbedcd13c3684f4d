package dev.faissjvm.lucene;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;

/** Writes one flat file, vector by vector, through a buffer of one vector. */
final class FlatFileOutput implements Closeable {
  /** Takes vectors one after the other. */
  interface Sink {
    /** Takes a copy of the vector; the array stays the caller's. */
    void add(float[] vector) throws IOException;
  }

  /** Has vectors to give. */
  interface Source {
    void copyTo(Sink sink) throws IOException;
  }

  private final IndexOutput out;
  private final FlatFile file;
  private final ByteBuffer row;
  private int added;

  FlatFileOutput(
      SegmentWriteState state,
      String name,
      boolean plain,
      Similarity similarity,
      int dimension,
      int count)
      throws IOException {
    out = state.directory.createOutput(name, state.context);
    try {
      long bodyOffset =
          plain
              ? 0
              : FlatFile.writeLuceneHeader(out, state.segmentInfo.getId(), state.segmentSuffix);
      file = new FlatFile(similarity, dimension, count, bodyOffset);
      file.writeHeader(out);
    } catch (Throwable failure) {
      IOUtils.closeWhileHandlingException(out);
      throw failure;
    }
    row = ByteBuffer.allocate(dimension * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  FlatFile file() {
    return file;
  }

  void add(float[] vector) throws IOException {
    row.asFloatBuffer().put(vector, 0, file.dimension());
    out.writeBytes(row.array(), row.capacity());
    added++;
  }

  /** Writes the footer, after as many vectors as were announced. */
  void finish() throws IOException {
    if (added != file.count()) {
      throw new IllegalStateException(
          "vectors: expected " + file.count() + ", got " + added + "; file=" + out.getName());
    }
    CodecUtil.writeFooter(out);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** The checksum in the footer of a file that was finished and closed. */
  static long checksum(SegmentWriteState state, String name) throws IOException {
    try (IndexInput in = state.directory.openInput(name, IOContext.READONCE)) {
      return CodecUtil.retrieveChecksum(in);
    }
  }
}
