package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.jspecify.annotations.Nullable;

/**
 * What the meta file says of one field's accelerator file.
 *
 * @param factory the string it was made from
 * @param effort how much of it a search visits
 * @param bodyOffset where the Faiss index starts
 * @param bodyLength how long it is, in bytes
 * @param checksum the file's checksum, from its footer
 */
record Accelerator(String factory, Effort effort, long bodyOffset, long bodyLength, long checksum) {

  static String name(String segment, String suffix, int fieldNumber, boolean plain) {
    return IndexFileNames.segmentFileName(
        segment,
        suffix + "-" + fieldNumber + "a",
        plain ? FlatFile.PLAIN_EXTENSION : FlatFile.HEADED_EXTENSION);
  }

  static void write(IndexOutput meta, @Nullable Accelerator accelerator) throws IOException {
    meta.writeByte((byte) (accelerator == null ? 0 : 1));
    if (accelerator != null) {
      meta.writeString(accelerator.factory);
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
    return new Accelerator(factory, effort, meta.readVLong(), meta.readVLong(), meta.readLong());
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
