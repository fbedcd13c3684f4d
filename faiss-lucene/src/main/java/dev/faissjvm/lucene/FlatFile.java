package dev.faissjvm.lucene;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;

/**
 * The bytes of one flat file: a Faiss {@code IndexFlat} at {@code bodyOffset}, then Lucene's
 * footer.
 *
 * <pre>
 * body + 0   4 bytes   "IxFI" (inner product) or "IxF2" (squared distance)
 * body + 4   int32     dimension
 * body + 8   int64     vectors
 * body + 16  2 x int64 1 &lt;&lt; 20 (unused by Faiss)
 * body + 32  1 byte    1: trained
 * body + 33  int32     metric: 0 inner product, 1 squared distance
 * body + 37  int64     floats that follow: vectors x dimension
 * body + 45  float32   the vectors, row after row
 * </pre>
 *
 * All of it is little-endian.
 */
record FlatFile(Similarity similarity, int dimension, int count, long bodyOffset) {
  /** Bytes of the body before the first float. */
  static final int HEADER_BYTES = 45;

  /** A Faiss file from its first byte on: Python reads it as it is. */
  static final String PLAIN_EXTENSION = "faiss";

  /** A Faiss file behind Lucene's header, for codecs whose compound files demand one. */
  static final String HEADED_EXTENSION = "lfaiss";

  private static final String CODEC_NAME = "FaissFlatVectors";
  private static final int VERSION = 0;
  private static final int FLOAT_ALIGNMENT_BYTES = 64;

  static String name(String segment, String suffix, int fieldNumber, boolean plain) {
    return IndexFileNames.segmentFileName(
        segment, suffix + "-" + fieldNumber, plain ? PLAIN_EXTENSION : HEADED_EXTENSION);
  }

  /**
   * Writes Lucene's header and pads it so that the floats will be aligned; returns the body's
   * offset.
   */
  static long writeLuceneHeader(IndexOutput out, byte[] segmentId, String suffix)
      throws IOException {
    CodecUtil.writeIndexHeader(out, CODEC_NAME, VERSION, segmentId, suffix);
    while ((out.getFilePointer() + HEADER_BYTES) % FLOAT_ALIGNMENT_BYTES != 0) {
      out.writeByte((byte) 0);
    }
    return out.getFilePointer();
  }

  void writeHeader(IndexOutput out) throws IOException {
    byte[] header = header();
    out.writeBytes(header, header.length);
  }

  long floatsOffset() {
    return bodyOffset + HEADER_BYTES;
  }

  long floatsLength() {
    return (long) count * dimension * Float.BYTES;
  }

  /** Length of the whole file, with Lucene's footer. */
  long length() {
    return floatsOffset() + floatsLength() + CodecUtil.footerLength();
  }

  /** Refuses a file that is not, by length, header and footer, the one that was written. */
  void check(IndexInput in, byte[] segmentId, String suffix, long checksum) throws IOException {
    if (in.length() != length()) {
      throw new CorruptIndexException(
          "flat file: expected " + length() + " bytes, got " + in.length(), in);
    }
    in.seek(0);
    if (bodyOffset > 0) {
      CodecUtil.checkIndexHeader(in, CODEC_NAME, VERSION, VERSION, segmentId, suffix);
    }
    byte[] found = new byte[HEADER_BYTES];
    in.seek(bodyOffset);
    in.readBytes(found, 0, found.length);
    if (!Arrays.equals(found, header())) {
      throw new CorruptIndexException(
          "flat file: expected the header of a flat Faiss index; fourcc="
              + similarity.fourcc()
              + ", dimension="
              + dimension
              + ", vectors="
              + count,
          in);
    }
    long stored = CodecUtil.retrieveChecksum(in);
    if (stored != checksum) {
      throw new CorruptIndexException(
          "flat file: expected checksum "
              + Long.toHexString(checksum)
              + ", got "
              + Long.toHexString(stored),
          in);
    }
  }

  private byte[] header() {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put(similarity.fourcc().getBytes(StandardCharsets.US_ASCII));
    header.putInt(dimension).putLong(count).putLong(1 << 20).putLong(1 << 20);
    header.put((byte) 1).putInt(similarity.faissMetric()).putLong((long) count * dimension);
    return header.array();
  }
}
