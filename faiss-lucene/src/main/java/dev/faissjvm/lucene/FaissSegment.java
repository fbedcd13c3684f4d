package dev.faissjvm.lucene;

import java.util.Optional;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * What one segment has to search a vector field with: for those who want to see why a search was
 * fast, slow or not complete.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * <pre>{@code
 * for (LeafReaderContext leaf : reader.leaves()) {
 *   FaissSegment.of(leaf.reader(), "vector").ifPresent(System.out::println);
 * }
 * }</pre>
 *
 * @param vectors vectors of the segment, those of deleted documents too
 * @param factory the accelerator as a string of Faiss's {@code index_factory}; empty for none
 * @param effort what a search visits of it; {@link Effort#EXACT} without one
 */
public record FaissSegment(int vectors, String factory, Effort effort) {

  /**
   * Returns what a segment has.
   *
   * @param reader the segment
   * @param field the vector field
   * @return an empty optional where the field has no vectors there, or is of another format
   */
  public static Optional<FaissSegment> of(LeafReader reader, String field) {
    FaissVectorsReader own =
        FilterLeafReader.unwrap(reader) instanceof CodecReader codec
            ? own(codec.getVectorReader(), field)
            : null;
    return Optional.ofNullable(own == null ? null : own.segment(field));
  }

  private static @Nullable FaissVectorsReader own(@Nullable KnnVectorsReader reader, String field) {
    KnnVectorsReader one =
        reader instanceof PerFieldKnnVectorsFormat.FieldsReader fields
            ? fields.getFieldReader(field)
            : reader;
    return one instanceof FaissVectorsReader faiss ? faiss : null;
  }

  /**
   * Says whether a search goes through the accelerator; else it compares each accepted vector.
   *
   * @param accepted vectors that deletions and filter leave
   * @param k neighbours to find
   * @return whether the accelerator pays
   */
  public boolean accelerates(int accepted, int k) {
    FixedBitSet some = accepted < vectors ? new FixedBitSet(1) : null;
    return !factory.isEmpty()
        && AcceleratedSearch.pays(new Selection(vectors, some, accepted, true), k, effort);
  }

  /**
   * {@return how many candidates of the accelerator are compared again, exactly, at first}
   *
   * @param k neighbours to find
   */
  public int candidatesFor(int k) {
    return effort.candidatesFor(k);
  }
}
