package dev.faissjvm.sync.index;

import dev.faissjvm.lucene.FaissKnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;

/**
 * Lucene's codec with the format for vectors that keeps them as Faiss files: the one place that
 * chooses it.
 */
final class IndexCodec extends Lucene912Codec {

  private final KnnVectorsFormat vectors = new FaissKnnVectorsFormat();

  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    return vectors;
  }
}
