package dev.faissjvm.lucene;

import java.io.Closeable;
import java.io.IOException;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.IOUtils;
import org.jspecify.annotations.Nullable;

/** One field of one segment, open: its flat file, its accelerator if it has one, its documents. */
final class SegmentVectors implements Closeable {
  private final FieldEntry entry;
  private final IndexInput aux;
  private final OpenFlatFile file;
  private final @Nullable OpenAccelerator accelerator;

  private SegmentVectors(
      FieldEntry entry, IndexInput aux, OpenFlatFile file, @Nullable OpenAccelerator accelerator) {
    this.entry = entry;
    this.aux = aux;
    this.file = file;
    this.accelerator = accelerator;
  }

  /** Opens the field's files; {@code aux} stays the caller's. */
  static SegmentVectors open(
      SegmentReadState state, FieldEntry entry, int fieldNumber, IndexInput aux)
      throws IOException {
    String segment = state.segmentInfo.name;
    String suffix = state.segmentSuffix;
    OpenFlatFile file =
        OpenFlatFile.open(
            state,
            FlatFile.name(segment, suffix, fieldNumber, entry.plain()),
            entry.flat(),
            entry.checksum(),
            inverseNorms(entry, aux));
    try {
      Accelerator accelerator = entry.accelerator();
      String name = Accelerator.name(segment, suffix, fieldNumber, entry.plain());
      return new SegmentVectors(
          entry,
          aux.clone(), // nobody closes it, for the reason that OpenFlatFile.floats() gives
          file,
          accelerator == null ? null : OpenAccelerator.open(state, name, accelerator, file));
    } catch (Throwable failure) {
      IOUtils.closeWhileHandlingException(file);
      throw failure;
    }
  }

  private static float @Nullable [] inverseNorms(FieldEntry entry, IndexInput aux)
      throws IOException {
    if (entry.normsOffset() < 0) {
      return null;
    }
    IndexInput in = aux.clone();
    in.seek(entry.normsOffset());
    float[] norms = new float[entry.flat().count()];
    in.readFloats(norms, 0, norms.length);
    return norms;
  }

  StoredVectorValues values() throws IOException {
    return new StoredVectorValues(entry.flat(), documents(), file.floats());
  }

  /** The accelerator's file, if this segment has one. */
  @Nullable OpenAccelerator accelerator() {
    return accelerator;
  }

  /** What this is searched with. */
  FaissSegment segment() {
    Accelerator built = entry.accelerator();
    return built == null
        ? new FaissSegment(entry.flat().count(), "", Effort.EXACT)
        : new FaissSegment(entry.flat().count(), built.factory(), built.effort());
  }

  void search(float[] target, KnnCollector asked, @Nullable Bits accepted) throws IOException {
    FlatFile flat = entry.flat();
    if (target.length != flat.dimension()) {
      throw new IllegalArgumentException(
          "vector query dimension: "
              + target.length
              + " differs from field dimension: "
              + flat.dimension());
    }
    if (flat.count() == 0 || asked.k() == 0) {
      return;
    }
    KnnCollector collector = asked instanceof EffortCollector with ? with.collector() : asked;
    VectorDocuments documents = documents();
    Selection selection =
        Selection.of(flat.count(), accepted == null ? null : documents.ordinals(accepted));
    try {
      search(target, collector, effort(asked, selection), documents, selection);
    } catch (IllegalStateException failure) {
      throw file.isClosed() ? new AlreadyClosedException("vectors are closed", failure) : failure;
    }
  }

  private void search(
      float[] target,
      KnnCollector collector,
      Effort effort,
      VectorDocuments documents,
      Selection selection)
      throws IOException {
    long limit = collector.visitLimit() - collector.visitedCount();
    OpenAccelerator used =
        AcceleratedSearch.pays(selection, collector.k(), effort)
                && effort.candidatesFor(collector.k()) < limit
            ? accelerator
            : null;
    Selection visited = used == null ? selection.within(limit) : selection;
    ExactSearch exact =
        new ExactSearch(file.vectors(), entry.flat().similarity(), documents, visited);
    if (used == null) {
      exact.run(target, collector);
    } else {
      new AcceleratedSearch(used, effort, exact).run(target, collector);
    }
  }

  /** As the query asks for, or what was measured when the accelerator was built. */
  private Effort effort(KnnCollector asked, Selection selection) {
    if (asked instanceof EffortCollector with) {
      return with.effort();
    }
    return accelerator == null
        ? Effort.EXACT
        : accelerator.accelerator().effort().among(selection.size(), selection.total());
  }

  void checkIntegrity() throws IOException {
    file.checkIntegrity();
    if (accelerator != null) {
      accelerator.checkIntegrity();
    }
  }

  long ramBytesUsed() {
    return entry.documents().ramBytesUsed()
        + (entry.normsOffset() < 0 ? 0 : (long) entry.flat().count() * Float.BYTES);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(file, accelerator);
  }

  private VectorDocuments documents() throws IOException {
    return new VectorDocuments(entry.documents(), entry.flat().count(), aux);
  }
}
