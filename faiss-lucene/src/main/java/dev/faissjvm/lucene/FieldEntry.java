package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.jspecify.annotations.Nullable;

/**
 * What the meta file says of one field.
 *
 * @param flat shape and place of the flat file's body
 * @param plain whether the flat file starts with its body
 * @param checksum the flat file's checksum, from its footer
 * @param normsOffset where the inverse norms start in the aux file; -1 without them
 * @param accelerator the accelerator's file; null without one
 * @param documents which document each vector belongs to
 */
record FieldEntry(
    FlatFile flat,
    boolean plain,
    long checksum,
    long normsOffset,
    @Nullable Accelerator accelerator,
    OrdToDocDISIReaderConfiguration documents) {
  private static final int DIRECT_MONOTONIC_BLOCK_SHIFT = 16;

  /** Writes what {@link #read} reads; the mapping from vectors to documents goes to {@code aux}. */
  static void write(
      IndexOutput meta,
      IndexOutput aux,
      FlatFile flat,
      boolean plain,
      long checksum,
      long normsOffset,
      @Nullable Accelerator accelerator,
      int maxDoc,
      DocsWithFieldSet documents)
      throws IOException {
    meta.writeInt(flat.similarity().number());
    meta.writeVInt(flat.dimension());
    meta.writeVInt(flat.count());
    meta.writeByte((byte) (plain ? 1 : 0));
    meta.writeVLong(flat.bodyOffset());
    meta.writeLong(checksum);
    meta.writeLong(normsOffset);
    Accelerator.write(meta, accelerator);
    OrdToDocDISIReaderConfiguration.writeStoredMeta(
        DIRECT_MONOTONIC_BLOCK_SHIFT, meta, aux, flat.count(), maxDoc, documents);
  }

  static FieldEntry read(IndexInput meta, FieldInfo field) throws IOException {
    Similarity similarity = Similarity.of(field.getVectorSimilarityFunction());
    expect("similarity", similarity.number(), meta.readInt(), field, meta);
    expect("dimension", field.getVectorDimension(), meta.readVInt(), field, meta);
    int count = meta.readVInt();
    boolean plain = meta.readByte() != 0;
    long bodyOffset = meta.readVLong();
    if (count < 0 || bodyOffset < 0) {
      throw new CorruptIndexException(
          "field entry: expected counts from 0 on; field="
              + field.name
              + ", vectors="
              + count
              + ", bodyOffset="
              + bodyOffset,
          meta);
    }
    FlatFile flat = new FlatFile(similarity, field.getVectorDimension(), count, bodyOffset);
    long checksum = meta.readLong();
    long normsOffset = meta.readLong();
    Accelerator accelerator = Accelerator.read(meta);
    return new FieldEntry(
        flat,
        plain,
        checksum,
        normsOffset,
        accelerator,
        OrdToDocDISIReaderConfiguration.fromStoredMeta(meta, count));
  }

  private static void expect(String what, int expected, int found, FieldInfo field, DataInput meta)
      throws CorruptIndexException {
    if (expected != found) {
      throw new CorruptIndexException(
          what + ": expected " + expected + ", got " + found + "; field=" + field.name, meta);
    }
  }
}
