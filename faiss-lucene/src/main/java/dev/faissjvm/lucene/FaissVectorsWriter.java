package dev.faissjvm.lucene;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.RamUsageEstimator;
import org.jspecify.annotations.Nullable;

/**
 * Writes one segment's vectors as {@link FaissKnnVectorsFormat} specifies.
 *
 * <p>A flush buffers vectors on the heap, as far as Lucene's own RAM limit lets it. A merge holds
 * none: it walks the live documents once to count them, since the count stands before the data, and
 * once more to copy the vectors from input to output.
 */
final class FaissVectorsWriter extends KnnVectorsWriter {
  private static final long SHALLOW_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(FaissVectorsWriter.class);

  private final SegmentWriteState state;
  private final boolean plain;
  private final IndexOutput meta;
  private final IndexOutput aux;
  private final List<BufferedVectors> buffered = new ArrayList<>();
  private @Nullable KnnVectorsWriter bytes;
  private boolean finished;

  FaissVectorsWriter(SegmentWriteState state) throws IOException {
    this.state = state;
    this.plain = state.segmentInfo.getCodec().compoundFormat() instanceof FaissCompoundFormat;
    List<Closeable> opened = new ArrayList<>();
    try {
      meta = create(FaissKnnVectorsFormat.META_EXTENSION, FaissKnnVectorsFormat.META_CODEC, opened);
      aux = create(FaissKnnVectorsFormat.AUX_EXTENSION, FaissKnnVectorsFormat.AUX_CODEC, opened);
    } catch (Throwable failure) {
      IOUtils.closeWhileHandlingException(opened);
      throw failure;
    }
  }

  private IndexOutput create(String extension, String codec, List<Closeable> opened)
      throws IOException {
    String name =
        IndexFileNames.segmentFileName(state.segmentInfo.name, state.segmentSuffix, extension);
    IndexOutput out = state.directory.createOutput(name, state.context);
    opened.add(out);
    CodecUtil.writeIndexHeader(
        out, codec, FaissKnnVectorsFormat.VERSION, state.segmentInfo.getId(), state.segmentSuffix);
    return out;
  }

  @Override
  public KnnFieldVectorsWriter<?> addField(FieldInfo field) throws IOException {
    if (field.getVectorEncoding() == VectorEncoding.BYTE) {
      return bytes().addField(field);
    }
    BufferedVectors vectors = new BufferedVectors(field);
    buffered.add(vectors);
    return vectors;
  }

  @Override
  public void flush(int maxDoc, Sorter.@Nullable DocMap sortMap) throws IOException {
    if (bytes != null) {
      bytes.flush(maxDoc, sortMap);
    }
    for (BufferedVectors field : buffered) {
      DocsWithFieldSet documents = field.documents();
      int[] order = null;
      if (sortMap != null) {
        order = new int[documents.cardinality()];
        DocsWithFieldSet sorted = new DocsWithFieldSet();
        mapOldOrdToNewOrd(documents, sortMap, null, order, sorted);
        documents = sorted;
      }
      int[] ordinals = order;
      List<float[]> vectors = field.vectors();
      write(
          field.field(),
          maxDoc,
          documents,
          sink -> {
            for (int i = 0; i < vectors.size(); i++) {
              sink.add(vectors.get(ordinals == null ? i : ordinals[i]));
            }
          });
    }
  }

  @Override
  public void mergeOneField(FieldInfo field, MergeState merge) throws IOException {
    if (field.getVectorEncoding() == VectorEncoding.BYTE) {
      bytes().mergeOneField(field, merge);
      return;
    }
    DocsWithFieldSet documents = new DocsWithFieldSet();
    FloatVectorValues counted = MergedVectorValues.mergeFloatVectorValues(field, merge);
    for (int doc = counted.nextDoc();
        doc != DocIdSetIterator.NO_MORE_DOCS;
        doc = counted.nextDoc()) {
      documents.add(doc);
    }
    write(
        field,
        state.segmentInfo.maxDoc(),
        documents,
        sink -> {
          FloatVectorValues merged = MergedVectorValues.mergeFloatVectorValues(field, merge);
          while (merged.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
            sink.add(merged.vectorValue());
          }
        });
  }

  private void write(
      FieldInfo field, int maxDoc, DocsWithFieldSet documents, FlatFileOutput.Source source)
      throws IOException {
    Similarity similarity = Similarity.of(field.getVectorSimilarityFunction());
    long normsOffset = similarity == Similarity.COSINE ? aux.getFilePointer() : -1;
    String name = FlatFile.name(state.segmentInfo.name, state.segmentSuffix, field.number, plain);
    FlatFile flat;
    try (FlatFileOutput out =
        new FlatFileOutput(
            state, name, plain, similarity, field.getVectorDimension(), documents.cardinality())) {
      flat = out.file();
      source.copyTo(
          vector -> {
            out.add(vector);
            if (normsOffset >= 0) {
              aux.writeInt(Float.floatToRawIntBits(Similarity.inverseNorm(vector)));
            }
          });
      out.finish();
    }
    meta.writeInt(field.number);
    FieldEntry.write(
        meta,
        aux,
        flat,
        plain,
        FlatFileOutput.checksum(state, name),
        normsOffset,
        maxDoc,
        documents);
  }

  private KnnVectorsWriter bytes() throws IOException {
    if (bytes == null) {
      bytes = new Lucene99HnswVectorsFormat().fieldsWriter(state);
    }
    return bytes;
  }

  @Override
  public void finish() throws IOException {
    if (finished) {
      throw new IllegalStateException("already finished");
    }
    finished = true;
    if (bytes != null) {
      bytes.finish();
    }
    meta.writeInt(FaissKnnVectorsFormat.END_OF_FIELDS);
    meta.writeByte((byte) (bytes == null ? 0 : 1));
    CodecUtil.writeFooter(meta);
    CodecUtil.writeFooter(aux);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(meta, aux, bytes);
  }

  @Override
  public long ramBytesUsed() {
    long total = SHALLOW_BYTES + (bytes == null ? 0 : bytes.ramBytesUsed());
    for (BufferedVectors field : buffered) {
      total += field.ramBytesUsed();
    }
    return total;
  }
}
