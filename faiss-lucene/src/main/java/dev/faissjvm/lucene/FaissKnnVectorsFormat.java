package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/** Later. */
public final class FaissKnnVectorsFormat extends KnnVectorsFormat {
  /** The name under which Lucene finds this format when it opens an index. */
  public static final String NAME = "Faiss";

  /** The most components that a vector may have. */
  public static final int MAX_DIMENSIONS = 4096;

  static final String META_EXTENSION = "fvm";
  static final String META_CODEC = "FaissVectorsMeta";
  static final String AUX_EXTENSION = "fvx";
  static final String AUX_CODEC = "FaissVectorsAux";
  static final int VERSION = 0;
  static final int END_OF_FIELDS = -1;

  /** Creates the format; also used by Lucene when it reads. */
  public FaissKnnVectorsFormat() {
    super(NAME);
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return new FaissVectorsWriter(state);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new FaissVectorsReader(state);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return MAX_DIMENSIONS;
  }

  @Override
  public String toString() {
    return "FaissKnnVectorsFormat()";
  }
}
