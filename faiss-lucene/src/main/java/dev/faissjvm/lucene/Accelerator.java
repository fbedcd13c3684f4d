package dev.faissjvm.lucene;

import java.io.IOException;
import java.io.OutputStream;
import java.util.regex.Pattern;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.jspecify.annotations.Nullable;

/**
 * What the meta file says of one field's accelerator file.
 *
 * @param factory the string it was made from
 * @param training the segment in which it was trained; equal ones have equal centroids
 * @param effort how much of it a search visits
 * @param bodyOffset where the Faiss index starts
 * @param bodyLength how long it is, in bytes
 * @param checksum the file's checksum, from its footer
 */
record Accelerator(
    String factory,
    String training,
    Effort effort,
    long bodyOffset,
    long bodyLength,
    long checksum) {
  private static final Pattern GRAPH = Pattern.compile("HNSW\\d*(,Flat)?");

  /** Whether an index of this description needs no vectors but the flat file's. */
  static boolean overRows(String factory) {
    return GRAPH.matcher(factory).matches();
  }

  boolean overRows() {
    return overRows(factory);
  }

  static String name(String segment, String suffix, int fieldNumber, boolean plain) {
    return IndexFileNames.segmentFileName(
        segment,
        suffix + "-" + fieldNumber + "a",
        plain ? FlatFile.PLAIN_EXTENSION : FlatFile.HEADED_EXTENSION);
  }

  /** Writes the file of a built index. */
  static Accelerator write(
      SegmentWriteState state, AcceleratorBuilder.Built built, String name, boolean plain)
      throws IOException {
    long bodyOffset;
    long bodyLength;
    try (IndexOutput out = state.directory.createOutput(name, state.context)) {
      bodyOffset =
          plain
              ? 0
              : FlatFile.writeLuceneHeader(out, state.segmentInfo.getId(), state.segmentSuffix);
      built.index().write(new Stream(out));
      bodyLength = out.getFilePointer() - bodyOffset;
      CodecUtil.writeFooter(out);
    }
    return new Accelerator(
        built.training().factory(),
        built.training().id(),
        built.training().effort(),
        bodyOffset,
        bodyLength,
        FlatFileOutput.checksum(state, name));
  }

  /** Lucene's output as a stream. */
  private static final class Stream extends OutputStream {
    private final IndexOutput out;

    Stream(IndexOutput out) {
      this.out = out;
    }

    @Override
    public void write(int one) throws IOException {
      out.writeByte((byte) one);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.writeBytes(bytes, from, length);
    }
  }

  static void write(IndexOutput meta, @Nullable Accelerator accelerator) throws IOException {
    meta.writeByte((byte) (accelerator == null ? 0 : 1));
    if (accelerator != null) {
      meta.writeString(accelerator.factory);
      meta.writeString(accelerator.training);
      meta.writeVInt(accelerator.effort.probes());
      meta.writeVInt(accelerator.effort.candidates());
      meta.writeVLong(accelerator.bodyOffset);
      meta.writeVLong(accelerator.bodyLength);
      meta.writeLong(accelerator.checksum);
    }
  }

  static @Nullable Accelerator read(IndexInput meta) throws IOException {
    if (meta.readByte() == 0) {
      return null;
    }
    String factory = meta.readString();
    String training = meta.readString();
    int probes = meta.readVInt();
    int candidates = meta.readVInt();
    if (probes < 1 || candidates < 1) {
      throw new CorruptIndexException(
          "accelerator: expected numbers from 1 on, got probes="
              + probes
              + ", candidates="
              + candidates,
          meta);
    }
    Effort effort = new Effort(probes, candidates);
    return new Accelerator(
        factory, training, effort, meta.readVLong(), meta.readVLong(), meta.readLong());
  }

  /** Refuses a file that is not, by length and footer, the one that was written. */
  void check(IndexInput in) throws IOException {
    long expected = bodyOffset + bodyLength + CodecUtil.footerLength();
    if (in.length() != expected) {
      throw new CorruptIndexException(
          "accelerator: expected " + expected + " bytes, got " + in.length(), in);
    }
    long stored = CodecUtil.retrieveChecksum(in);
    if (stored != checksum) {
      throw new CorruptIndexException(
          "accelerator: expected checksum "
              + Long.toHexString(checksum)
              + ", got "
              + Long.toHexString(stored),
          in);
    }
  }
}
