package dev.faissjvm.lucene;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
    Path copy = Files.createTempFile("faiss", ".index");
    try {
      built.index().write(copy);
      long bodyOffset;
      try (IndexOutput out = state.directory.createOutput(name, state.context);
          InputStream in = Files.newInputStream(copy)) {
        bodyOffset =
            plain
                ? 0
                : FlatFile.writeLuceneHeader(out, state.segmentInfo.getId(), state.segmentSuffix);
        byte[] buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.writeBytes(buffer, read);
        }
        CodecUtil.writeFooter(out);
      }
      long checksum = FlatFileOutput.checksum(state, name);
      return new Accelerator(
          built.training().factory(),
          built.training().id(),
          built.training().effort(),
          bodyOffset,
          Files.size(copy),
          checksum);
    } finally {
      Files.deleteIfExists(copy);
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
