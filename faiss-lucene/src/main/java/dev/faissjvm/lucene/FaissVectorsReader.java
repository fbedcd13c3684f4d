package dev.faissjvm.lucene;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.RamUsageEstimator;
import org.jspecify.annotations.Nullable;

/**
 * Reads and searches one segment's vectors as {@link FaissKnnVectorsFormat} specifies.
 *
 * <p>Searches of many threads run together. Closing frees the mapped and native memory.
 */
final class FaissVectorsReader extends KnnVectorsReader {
  private static final long SHALLOW_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(FaissVectorsReader.class);

  private final Map<String, SegmentVectors> fields = new HashMap<>();
  private final IndexInput aux;
  private final @Nullable KnnVectorsReader bytes;

  FaissVectorsReader(SegmentReadState state) throws IOException {
    Meta meta = readMeta(state);
    List<Closeable> opened = new ArrayList<>();
    try {
      aux = openAux(state);
      opened.add(aux);
      for (Map.Entry<FieldInfo, FieldEntry> field : meta.fields().entrySet()) {
        SegmentVectors vectors =
            SegmentVectors.open(state, field.getValue(), field.getKey().number, aux);
        opened.add(vectors);
        fields.put(field.getKey().name, vectors);
      }
      bytes = meta.hasBytes() ? new Lucene99HnswVectorsFormat().fieldsReader(state) : null;
    } catch (Throwable failure) {
      IOUtils.closeWhileHandlingException(opened);
      throw failure;
    }
  }

  private record Meta(Map<FieldInfo, FieldEntry> fields, boolean hasBytes) {}

  private static Meta readMeta(SegmentReadState state) throws IOException {
    String name =
        IndexFileNames.segmentFileName(
            state.segmentInfo.name, state.segmentSuffix, FaissKnnVectorsFormat.META_EXTENSION);
    try (ChecksumIndexInput in = state.directory.openChecksumInput(name, state.context)) {
      Throwable failure = null;
      Meta meta = null;
      try {
        checkHeader(in, FaissKnnVectorsFormat.META_CODEC, state);
        Map<FieldInfo, FieldEntry> fields = readFields(in, state.fieldInfos);
        meta = new Meta(fields, in.readByte() != 0);
      } catch (EOFException cut) {
        failure = new CorruptIndexException("meta: ends early, at " + in.length(), in, cut);
      } catch (Throwable caught) {
        failure = caught;
      }
      CodecUtil.checkFooter(in, failure);
      if (meta == null) {
        throw new CorruptIndexException("meta: expected fields, got none", in);
      }
      return meta;
    }
  }

  private static Map<FieldInfo, FieldEntry> readFields(IndexInput in, FieldInfos infos)
      throws IOException {
    Map<FieldInfo, FieldEntry> fields = new HashMap<>();
    for (int number = in.readInt();
        number != FaissKnnVectorsFormat.END_OF_FIELDS;
        number = in.readInt()) {
      FieldInfo field = number < 0 ? null : infos.fieldInfo(number);
      if (field == null || field.getVectorEncoding() != VectorEncoding.FLOAT32) {
        throw new CorruptIndexException(
            "field number: expected a float vector field, got " + number, in);
      }
      fields.put(field, FieldEntry.read(in, field));
    }
    return fields;
  }

  private static IndexInput openAux(SegmentReadState state) throws IOException {
    String name =
        IndexFileNames.segmentFileName(
            state.segmentInfo.name, state.segmentSuffix, FaissKnnVectorsFormat.AUX_EXTENSION);
    IndexInput in = state.directory.openInput(name, state.context.withRandomAccess());
    try {
      checkHeader(in, FaissKnnVectorsFormat.AUX_CODEC, state);
      CodecUtil.retrieveChecksum(in);
      return in;
    } catch (EOFException cut) {
      IOUtils.closeWhileHandlingException(in);
      throw new CorruptIndexException(
          "header: expected one, got " + in.length() + " bytes in all", in, cut);
    } catch (Throwable failure) {
      IOUtils.closeWhileHandlingException(in);
      throw failure;
    }
  }

  private static void checkHeader(IndexInput in, String codec, SegmentReadState state)
      throws IOException {
    CodecUtil.checkIndexHeader(
        in,
        codec,
        FaissKnnVectorsFormat.VERSION,
        FaissKnnVectorsFormat.VERSION,
        state.segmentInfo.getId(),
        state.segmentSuffix);
  }

  @Override
  public void checkIntegrity() throws IOException {
    CodecUtil.checksumEntireFile(aux);
    for (SegmentVectors vectors : fields.values()) {
      vectors.checkIntegrity();
    }
    if (bytes != null) {
      bytes.checkIntegrity();
    }
  }

  /** The accelerator of a field, if this segment has one. */
  @Nullable OpenAccelerator accelerator(String field) {
    SegmentVectors vectors = fields.get(field);
    return vectors == null ? null : vectors.accelerator();
  }

  /** What a field is searched with; null if it has no vectors here. */
  @Nullable FaissSegment segment(String field) {
    SegmentVectors vectors = fields.get(field);
    return vectors == null ? null : vectors.segment();
  }

  @Override
  public @Nullable FloatVectorValues getFloatVectorValues(String field) throws IOException {
    SegmentVectors vectors = fields.get(field);
    return vectors == null ? null : vectors.values();
  }

  @Override
  public @Nullable ByteVectorValues getByteVectorValues(String field) throws IOException {
    return bytes == null ? null : bytes.getByteVectorValues(field);
  }

  @Override
  public void search(
      String field, float[] target, KnnCollector collector, @Nullable Bits acceptDocs)
      throws IOException {
    SegmentVectors vectors = fields.get(field);
    if (vectors != null) {
      vectors.search(target, collector, acceptDocs);
    }
  }

  @Override
  public void search(String field, byte[] target, KnnCollector collector, @Nullable Bits acceptDocs)
      throws IOException {
    if (bytes != null) {
      bytes.search(field, target, collector, acceptDocs);
    }
  }

  @Override
  public long ramBytesUsed() {
    long total = SHALLOW_BYTES + (bytes == null ? 0 : bytes.ramBytesUsed());
    for (SegmentVectors vectors : fields.values()) {
      total += vectors.ramBytesUsed();
    }
    return total;
  }

  @Override
  public void close() throws IOException {
    List<Closeable> parts = new ArrayList<>(fields.values());
    parts.add(aux);
    if (bytes != null) {
      parts.add(bytes);
    }
    IOUtils.close(parts);
  }
}
