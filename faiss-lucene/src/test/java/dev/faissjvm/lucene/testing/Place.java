package dev.faissjvm.lucene.testing;

import dev.faissjvm.lucene.FaissCodec;
import dev.faissjvm.lucene.FaissKnnVectorsFormat;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.NIOFSDirectory;

/** Where a segment's flat file may lie: each way of reaching its bytes once. */
public enum Place {
  /** A file of its own, mapped. */
  PLAIN_FILE(true, false, true),
  /** A file of its own beside a compound file, mapped. */
  BESIDE_COMPOUND_FILE(true, true, true),
  /** A file of its own behind Lucene's header, mapped. */
  HEADED_FILE(false, false, true),
  /** A part of a compound file, mapped. */
  INSIDE_COMPOUND_FILE(false, true, true),
  /** A file that Lucene reads and does not map, as on NFS: read through Lucene's input. */
  READ_FILE(true, false, false),
  /** Nowhere in the file system: read through Lucene's input. */
  HEAP(true, false, false),
  /** A part of a compound file that is nowhere in the file system. */
  COMPOUND_ON_HEAP(false, true, false);

  private final boolean ownCodec;
  private final boolean compound;
  private final boolean files;

  Place(boolean ownCodec, boolean compound, boolean files) {
    this.ownCodec = ownCodec;
    this.compound = compound;
    this.files = files;
  }

  public boolean isInFiles() {
    return files;
  }

  public Directory directory(Path folder) throws IOException {
    if (this == READ_FILE) {
      return new NIOFSDirectory(folder);
    }
    return files ? FSDirectory.open(folder) : new ByteBuffersDirectory();
  }

  public IndexWriterConfig config(FaissKnnVectorsFormat format) {
    IndexWriterConfig config = new IndexWriterConfig();
    config.setCodec(ownCodec ? new FaissCodec(format) : luceneCodec(format));
    config.setMergeScheduler(new SerialMergeScheduler());
    config.setUseCompoundFile(compound);
    config.getMergePolicy().setNoCFSRatio(compound ? 1 : 0);
    return config;
  }

  private static Codec luceneCodec(KnnVectorsFormat format) {
    return new Lucene912Codec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return format;
      }
    };
  }
}
