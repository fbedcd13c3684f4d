package dev.faissjvm.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import dev.faissjvm.lucene.testing.NativeThreads;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.tests.codecs.asserting.AssertingCodec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;

/** Lucene's own contract of a vectors format, in a codec whose compound files are Lucene's. */
@ThreadLeakFilters(defaultFilters = true, filters = NativeThreads.class)
public class TestFlatInOtherCodec extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    KnnVectorsFormat format = new FaissKnnVectorsFormat();
    return new AssertingCodec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return format;
      }
    };
  }
}
