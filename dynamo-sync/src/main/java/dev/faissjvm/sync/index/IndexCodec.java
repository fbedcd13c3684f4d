package dev.faissjvm.sync.index;

import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;

/** Lucene's codec with our format for vectors: the one place that chooses it. */
final class IndexCodec extends Lucene912Codec {

  private final KnnVectorsFormat vectors = new Lucene99HnswVectorsFormat();

  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    return vectors;
  }
}
