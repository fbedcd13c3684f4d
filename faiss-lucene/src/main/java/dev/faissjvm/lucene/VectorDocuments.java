package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.lucene90.IndexedDISI;
import org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.LongValues;
import org.jspecify.annotations.Nullable;

/**
 * Which document each vector of a segment belongs to. Vectors stand in the order of their
 * documents; where each document has one, ordinal and document are the same number.
 *
 * <p>For one thread: {@link #copy()} makes one for another.
 */
final class VectorDocuments {
  private final OrdToDocDISIReaderConfiguration configuration;
  private final int count;
  private final IndexInput aux;
  private final @Nullable LongValues documents;

  VectorDocuments(OrdToDocDISIReaderConfiguration configuration, int count, IndexInput aux)
      throws IOException {
    this.configuration = configuration;
    this.count = count;
    this.aux = aux;
    this.documents = isSparse() ? configuration.getDirectMonotonicReader(aux) : null;
  }

  boolean isSparse() {
    return !configuration.isDense() && !configuration.isEmpty();
  }

  int document(int ordinal) {
    return documents == null ? ordinal : (int) documents.get(ordinal);
  }

  /** The documents with a vector, if not all have one. */
  IndexedDISI iterator() throws IOException {
    return configuration.getIndexedDISI(aux);
  }

  VectorDocuments copy() throws IOException {
    return new VectorDocuments(configuration, count, aux);
  }

  /** The ordinals whose documents are accepted. */
  FixedBitSet ordinals(Bits accepted) throws IOException {
    if (documents == null) {
      return denseOrdinals(accepted);
    }
    FixedBitSet ordinals = new FixedBitSet(count);
    if (accepted instanceof BitSet bits && bits.approximateCardinality() < count / 8) {
      IndexedDISI vectors = iterator();
      DocIdSetIterator wanted = new BitSetIterator(bits, 0);
      for (int doc = wanted.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = wanted.nextDoc()) {
        if (vectors.advanceExact(doc)) {
          ordinals.set(vectors.index());
        }
      }
    } else {
      for (int ordinal = 0; ordinal < count; ordinal++) {
        if (accepted.get(document(ordinal))) {
          ordinals.set(ordinal);
        }
      }
    }
    return ordinals;
  }

  private FixedBitSet denseOrdinals(Bits accepted) throws IOException {
    if (accepted instanceof BitSet bits && !(accepted instanceof FixedBitSet)) {
      FixedBitSet ordinals = new FixedBitSet(count);
      ordinals.or(new BitSetIterator(bits, 0));
      return ordinals;
    }
    return FixedBitSet.copyOf(accepted);
  }
}
