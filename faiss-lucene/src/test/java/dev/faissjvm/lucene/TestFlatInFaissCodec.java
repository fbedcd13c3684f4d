package dev.faissjvm.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import dev.faissjvm.lucene.testing.NativeThreads;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;

/** Lucene's own contract of a vectors format, in the codec that writes plain Faiss files. */
@ThreadLeakFilters(defaultFilters = true, filters = NativeThreads.class)
public class TestFlatInFaissCodec extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return new FaissCodec();
  }
}
