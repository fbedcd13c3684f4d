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
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Sorter;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.util.IOUtils;
import org.apache.lucene.util.RamUsageEstimator;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * Writes one segment's vectors as {@link FaissKnnVectorsFormat} specifies.
 *
 * <p>A flush buffers vectors on the heap, as far as Lucene's own RAM limit lets it. A merge holds
 * none: it walks the live documents once to count them, since the count stands before the data, and
 * once more to copy the vectors from input to output, one at a time.
 */
final class FaissVectorsWriter extends KnnVectorsWriter {
  private static final long SHALLOW_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(FaissVectorsWriter.class);

  // Faiss's codes are computed in float32, and squares of what is longer overflow.
  private static final float LARGEST_SQUARED_NORM = 1e37f;

  private final SegmentWriteState state;
  private final AcceleratorOptions options;
  private final Trainings trainings;
  private final boolean plain;
  private final IndexOutput meta;
  private final IndexOutput aux;
  private final List<BufferedVectors> buffered = new ArrayList<>();
  private @Nullable KnnVectorsWriter bytes;
  private boolean finished;

  FaissVectorsWriter(SegmentWriteState state, AcceleratorOptions options, Trainings trainings)
      throws IOException {
    this.state = state;
    this.options = options;
    this.trainings = trainings;
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
          List.of(),
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
    MergedVectors merged = MergedVectors.of(field, merge);
    write(
        field,
        state.segmentInfo.maxDoc(),
        merged.documents(),
        merged.sources(),
        sink -> {
          FloatVectorValues values = MergedVectorValues.mergeFloatVectorValues(field, merge);
          while (values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
            sink.add(values.vectorValue());
          }
        });
  }

  private void write(
      FieldInfo field,
      int maxDoc,
      DocsWithFieldSet documents,
      List<MergedVectors.Source> sources,
      FlatFileOutput.Source vectors)
      throws IOException {
    Similarity similarity = Similarity.of(field.getVectorSimilarityFunction());
    long normsOffset = similarity == Similarity.COSINE ? aux.getFilePointer() : -1;
    String name = FlatFile.name(state.segmentInfo.name, state.segmentSuffix, field.number, plain);
    int dimension = field.getVectorDimension();
    int count = documents.cardinality();
    float[] norms = new float[similarity == Similarity.COSINE ? count : 0];
    float[] longest = new float[1];
    int[] row = new int[1];
    FlatFile flat;
    try (FlatFileOutput out =
        new FlatFileOutput(state, name, plain, similarity, dimension, count)) {
      flat = out.file();
      vectors.copyTo(
          vector -> {
            out.add(vector);
            longest[0] = Math.max(longest[0], VectorUtil.dotProduct(vector, vector));
            if (normsOffset >= 0) {
              norms[row[0]] = Similarity.inverseNorm(vector);
              aux.writeInt(Float.floatToRawIntBits(norms[row[0]++]));
            }
          });
      out.finish();
    }
    long checksum = FlatFileOutput.checksum(state, name);
    Accelerator accelerator =
        count < options.minVectors() || !(longest[0] < LARGEST_SQUARED_NORM)
            ? null
            : accelerate(field, flat, checksum, normsOffset < 0 ? null : norms, sources);
    meta.writeInt(field.number);
    FieldEntry.write(meta, aux, flat, plain, checksum, normsOffset, accelerator, maxDoc, documents);
  }

  private @Nullable Accelerator accelerate(
      FieldInfo field,
      FlatFile flat,
      long checksum,
      float @Nullable [] norms,
      List<MergedVectors.Source> sources)
      throws IOException {
    String segment = state.segmentInfo.name;
    String suffix = state.segmentSuffix;
    SegmentReadState reading =
        new SegmentReadState(
            state.directory, state.segmentInfo, state.fieldInfos, IOContext.DEFAULT, suffix);
    String flatName = FlatFile.name(segment, suffix, field.number, plain);
    String name = Accelerator.name(segment, suffix, field.number, plain);
    MergeWatch watch = new MergeWatch(state, name, flat.count());
    try (OpenFlatFile file = OpenFlatFile.open(reading, flatName, flat, checksum, norms)) {
      AcceleratorBuilder builder = new AcceleratorBuilder(state, options, file, watch);
      Trainings.Field key = Trainings.Field.of(field);
      try (AcceleratorBuilder.Built built = builder.build(sources, trainings.of(key))) {
        if (built == null) {
          return null;
        }
        Accelerator written = Accelerator.write(state, built, name, plain);
        if (!written.overRows()) {
          trainings.keep(key, built);
        }
        return written;
      }
    }
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
