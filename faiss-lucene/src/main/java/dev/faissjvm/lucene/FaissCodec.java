package dev.faissjvm.lucene;

import org.apache.lucene.codecs.CompoundFormat;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;

/**
 * Lucene 9.12's codec with Faiss for the vectors, in files that Python can read.
 *
 * <p>{@link FaissKnnVectorsFormat} works in any codec. In this one its flat files are plain Faiss
 * files from their first byte on, whether or not Lucene packs small segments into compound files;
 * in another they begin with Lucene's header, which Lucene's compound files demand.
 *
 * <p><b>Threads.</b> Immutable, as every codec.
 *
 * <pre>{@code
 * IndexWriterConfig config = new IndexWriterConfig(analyzer).setCodec(new FaissCodec());
 * }</pre>
 *
 * @see FaissKnnVectorsFormat
 */
public class FaissCodec extends FilterCodec {
  /** The name under which Lucene finds this codec when it opens an index. */
  public static final String NAME = "Faiss912";

  private final KnnVectorsFormat vectors;
  private final CompoundFormat compound;

  /** Creates the codec with default options; also used by Lucene when it reads. */
  public FaissCodec() {
    this(new FaissKnnVectorsFormat());
  }

  /**
   * Creates the codec with a format for all vector fields.
   *
   * @param format how new segments' vectors are written
   */
  public FaissCodec(KnnVectorsFormat format) {
    super(NAME, new Lucene912Codec());
    this.vectors =
        new PerFieldKnnVectorsFormat() {
          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return format;
          }
        };
    this.compound = new FaissCompoundFormat(delegate.compoundFormat());
  }

  @Override
  public final KnnVectorsFormat knnVectorsFormat() {
    return vectors;
  }

  @Override
  public final CompoundFormat compoundFormat() {
    return compound;
  }
}
