package dev.faissjvm.lucene;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;

/** Lucene's own contract of a vectors format, in the codec that writes plain Faiss files. */
public class TestFlatInFaissCodec extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new FaissCodec();
  }
}
