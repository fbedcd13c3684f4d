package dev.faissjvm.lucene;

import com.carrotsearch.randomizedtesting.annotations.ThreadLeakFilters;
import dev.faissjvm.lucene.testing.NativeThreads;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;

/** Lucene's own contract of a vectors format, with accelerators on small segments. */
@ThreadLeakFilters(defaultFilters = true, filters = NativeThreads.class)
public class TestGraphInFaissCodec extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    AcceleratorOptions options = new AcceleratorOptions(256, "HNSW16", 0.9, 1);
    return new FaissCodec(new FaissKnnVectorsFormat(options));
  }
}
