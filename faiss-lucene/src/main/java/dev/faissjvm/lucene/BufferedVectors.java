package dev.faissjvm.lucene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.codecs.KnnFieldVectorsWriter;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.util.RamUsageEstimator;

/** The vectors of one field that wait on the heap for the segment's flush. */
final class BufferedVectors extends KnnFieldVectorsWriter<float[]> {
  private static final long SHALLOW_BYTES =
      RamUsageEstimator.shallowSizeOfInstance(BufferedVectors.class);

  private final FieldInfo field;
  private final DocsWithFieldSet documents = new DocsWithFieldSet();
  private final List<float[]> vectors = new ArrayList<>();
  private int lastDocument = -1;

  BufferedVectors(FieldInfo field) {
    this.field = field;
  }

  FieldInfo field() {
    return field;
  }

  DocsWithFieldSet documents() {
    return documents;
  }

  /** The vectors in the order of their documents. */
  List<float[]> vectors() {
    return vectors;
  }

  @Override
  public void addValue(int document, float[] vector) {
    if (document == lastDocument) {
      throw new IllegalArgumentException(
          "VectorValuesField \""
              + field.name
              + "\" appears more than once in this document"
              + " (only one value is allowed per field)");
    }
    documents.add(document);
    vectors.add(copyValue(vector));
    lastDocument = document;
  }

  @Override
  public float[] copyValue(float[] vector) {
    return Arrays.copyOf(vector, field.getVectorDimension());
  }

  @Override
  public long ramBytesUsed() {
    long perVector =
        (long) field.getVectorDimension() * Float.BYTES
            + RamUsageEstimator.NUM_BYTES_ARRAY_HEADER
            + RamUsageEstimator.NUM_BYTES_OBJECT_REF;
    return SHALLOW_BYTES + documents.ramBytesUsed() + vectors.size() * perVector;
  }
}
