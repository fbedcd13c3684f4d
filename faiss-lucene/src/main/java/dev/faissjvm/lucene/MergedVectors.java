package dev.faissjvm.lucene;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.DocIDMerger;
import org.apache.lucene.index.DocsWithFieldSet;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.MergeState;
import org.jspecify.annotations.Nullable;

/**
 * One field of the segments that are merged: which documents of the new segment have a vector, and
 * what becomes of each old ordinal.
 *
 * @param documents of the new segment, with a vector
 * @param sources the merged segments that have an accelerator
 */
record MergedVectors(DocsWithFieldSet documents, List<Source> sources) {
  /** Walks the live documents of all segments in their new order, without reading a vector. */
  static MergedVectors of(FieldInfo field, MergeState merge) throws IOException {
    List<Source> segments = new ArrayList<>();
    for (int i = 0; i < merge.knnVectorsReaders.length; i++) {
      KnnVectorsReader reader = merge.knnVectorsReaders[i];
      FieldInfo old = reader == null ? null : merge.fieldInfos[i].fieldInfo(field.name);
      FloatVectorValues values =
          old == null || old.getVectorDimension() == 0
              ? null
              : reader.getFloatVectorValues(field.name);
      if (values != null) {
        segments.add(new Source(merge.docMaps[i], values, accelerator(reader, field.name)));
      }
    }
    DocsWithFieldSet documents = new DocsWithFieldSet();
    DocIDMerger<Source> merger = DocIDMerger.of(segments, merge.needsIndexSort);
    int ordinal = 0;
    for (Source next = merger.next(); next != null; next = merger.next()) {
      documents.add(next.mappedDocID);
      next.becomes(ordinal++);
    }
    segments.removeIf(segment -> segment.accelerator == null);
    return new MergedVectors(documents, segments);
  }

  private static @Nullable OpenAccelerator accelerator(KnnVectorsReader reader, String field) {
    KnnVectorsReader own =
        reader instanceof PerFieldKnnVectorsFormat.FieldsReader fields
            ? fields.getFieldReader(field)
            : reader;
    return own instanceof FaissVectorsReader faiss ? faiss.accelerator(field) : null;
  }

  /** A merged segment. */
  static final class Source extends DocIDMerger.Sub {
    private final FloatVectorValues values;
    private final @Nullable OpenAccelerator accelerator;
    private final int[] newOrdinals;
    private int ordinal = -1;
    private int surviving;

    private Source(
        MergeState.DocMap docMap, FloatVectorValues values, @Nullable OpenAccelerator accelerator) {
      super(docMap);
      this.values = values;
      this.accelerator = accelerator;
      this.newOrdinals = new int[accelerator == null ? 0 : values.size()];
      Arrays.fill(newOrdinals, -1);
    }

    @Override
    public int nextDoc() throws IOException {
      ordinal++;
      return values.nextDoc();
    }

    private void becomes(int newOrdinal) {
      surviving++;
      if (accelerator != null) {
        newOrdinals[ordinal] = newOrdinal;
      }
    }

    /** Its accelerator, open as long as the merge runs. */
    OpenAccelerator accelerator() {
      return Objects.requireNonNull(accelerator);
    }

    /** What each of its ordinals becomes; -1 if its document was deleted. */
    int[] newOrdinals() {
      return newOrdinals;
    }

    /** How many vectors are left of it. */
    int surviving() {
      return surviving;
    }
  }
}
