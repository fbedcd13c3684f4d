package dev.faissjvm.lucene;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.codecs.CompoundDirectory;
import org.apache.lucene.codecs.CompoundFormat;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;

/**
 * Packs a segment into a compound file, save its plain Faiss files.
 *
 * <p>Lucene's compound format takes only files that begin with Lucene's own header, which a file
 * that Python can read does not. Such a file is copied to a name of its own beside the compound
 * file: Lucene deletes the names that went into it.
 */
final class FaissCompoundFormat extends CompoundFormat {
  private final CompoundFormat delegate;

  FaissCompoundFormat(CompoundFormat delegate) {
    this.delegate = delegate;
  }

  @Override
  public CompoundDirectory getCompoundReader(
      Directory directory, SegmentInfo segment, IOContext context) throws IOException {
    return new FaissCompoundDirectory(
        directory, delegate.getCompoundReader(directory, segment, context), segment.files());
  }

  @Override
  public void write(Directory directory, SegmentInfo segment, IOContext context)
      throws IOException {
    Set<String> packed = new HashSet<>();
    for (String name : segment.files()) {
      if (FaissCompoundDirectory.staysOutside(name)) {
        directory.copyFrom(directory, name, FaissCompoundDirectory.outsideNameOf(name), context);
      } else {
        packed.add(name);
      }
    }
    SegmentInfo rest =
        new SegmentInfo(
            segment.dir,
            segment.getVersion(),
            segment.getMinVersion(),
            segment.name,
            segment.maxDoc(),
            segment.getUseCompoundFile(),
            segment.getHasBlocks(),
            segment.getCodec(),
            segment.getDiagnostics(),
            segment.getId(),
            segment.getAttributes(),
            segment.getIndexSort());
    rest.setFiles(packed);
    delegate.write(directory, rest, context);
  }
}
