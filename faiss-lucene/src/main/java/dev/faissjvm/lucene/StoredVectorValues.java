package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.hnsw.FlatVectorScorerUtil;
import org.apache.lucene.codecs.hnsw.FlatVectorsScorer;
import org.apache.lucene.codecs.lucene90.IndexedDISI;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.RandomAccessVectorValues;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.jspecify.annotations.Nullable;

/** The vectors of one segment as Lucene iterates over them, read through its own input. */
final class StoredVectorValues extends FloatVectorValues
    implements RandomAccessVectorValues.Floats {
  private static final FlatVectorsScorer SCORER =
      FlatVectorScorerUtil.getLucene99FlatVectorsScorer();

  private final FlatFile flat;
  private final VectorDocuments documents;
  private final IndexInput floats;
  private final @Nullable IndexedDISI sparse;
  private final float[] value;
  private int valueOrdinal = -1;
  private int denseDocument = -1;

  /**
   * @param flat shape of the vectors
   * @param documents which document each belongs to
   * @param floats the first float at position 0; this object seeks in it
   */
  StoredVectorValues(FlatFile flat, VectorDocuments documents, IndexInput floats)
      throws IOException {
    this.flat = flat;
    this.documents = documents;
    this.floats = floats;
    this.sparse = documents.isSparse() ? documents.iterator() : null;
    this.value = new float[flat.dimension()];
  }

  @Override
  public int dimension() {
    return flat.dimension();
  }

  @Override
  public int size() {
    return flat.count();
  }

  @Override
  public IndexInput getSlice() {
    return floats;
  }

  @Override
  public float[] vectorValue(int ordinal) throws IOException {
    if (ordinal != valueOrdinal) {
      floats.seek((long) ordinal * getVectorByteLength());
      floats.readFloats(value, 0, value.length);
      valueOrdinal = ordinal;
    }
    return value;
  }

  @Override
  public float[] vectorValue() throws IOException {
    return vectorValue(ordinal());
  }

  /** The ordinal of the current document's vector. */
  int ordinal() {
    return sparse == null ? denseDocument : sparse.index();
  }

  @Override
  public int docID() {
    return sparse == null ? denseDocument : sparse.docID();
  }

  @Override
  public int nextDoc() throws IOException {
    return sparse == null ? advance(denseDocument + 1) : sparse.nextDoc();
  }

  @Override
  public int advance(int target) throws IOException {
    if (sparse != null) {
      return sparse.advance(target);
    }
    denseDocument = target < flat.count() ? target : NO_MORE_DOCS;
    return denseDocument;
  }

  @Override
  public int ordToDoc(int ordinal) {
    return documents.document(ordinal);
  }

  @Override
  public @Nullable Bits getAcceptOrds(@Nullable Bits accepted) {
    if (accepted == null || !documents.isSparse()) {
      return accepted;
    }
    return new Bits() {
      @Override
      public boolean get(int ordinal) {
        return accepted.get(ordToDoc(ordinal));
      }

      @Override
      public int length() {
        return flat.count();
      }
    };
  }

  @Override
  public StoredVectorValues copy() throws IOException {
    return new StoredVectorValues(flat, documents.copy(), floats.clone());
  }

  @Override
  public @Nullable VectorScorer scorer(float[] query) throws IOException {
    if (flat.count() == 0) {
      return null;
    }
    StoredVectorValues copy = copy();
    RandomVectorScorer scorer =
        SCORER.getRandomVectorScorer(flat.similarity().function(), copy, query);
    return new VectorScorer() {
      @Override
      public float score() throws IOException {
        return scorer.score(copy.ordinal());
      }

      @Override
      public DocIdSetIterator iterator() {
        return copy;
      }
    };
  }
}
