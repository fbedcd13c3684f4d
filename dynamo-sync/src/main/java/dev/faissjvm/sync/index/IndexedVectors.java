package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.RowKey;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * Every vector of one commit, one after the other: those of a row's passages stand together, in
 * their order.
 *
 * <p><b>Threads.</b> One thread at a time. <b>Ownership.</b> Closed by the caller.
 */
public final class IndexedVectors implements Closeable {

  private final IndexView view;
  private final Iterator<LeafReaderContext> leaves;
  private @Nullable LeafReaderContext leaf;
  private @Nullable FloatVectorValues vectors;

  IndexedVectors(IndexView view) {
    this.view = view;
    this.leaves = view.reader().leaves().iterator();
  }

  /** {@return how many there are at most; parked rows count here and have none} */
  public long bound() {
    return view.reader().numDocs();
  }

  /** {@return how many components each has} */
  public int dimension() {
    return view.commit().dimension();
  }

  /**
   * Moves to the next vector.
   *
   * @return whether there is one
   * @throws IOException if the index cannot be read
   */
  public boolean next() throws IOException {
    while (true) {
      if (leaf != null && vectors != null) {
        Bits live = leaf.reader().getLiveDocs();
        while (vectors.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          if (live == null || live.get(vectors.docID())) {
            return true;
          }
        }
      }
      if (!leaves.hasNext()) {
        leaf = null;
        return false;
      }
      leaf = leaves.next();
      vectors = leaf.reader().getFloatVectorValues(IndexFields.VECTOR);
    }
  }

  /**
   * {@return the key of the vector's row}
   *
   * @throws IOException if the index cannot be read
   */
  public RowKey key() throws IOException {
    return RowKey.parse(IndexFields.key(current().reader(), values().docID()));
  }

  /**
   * {@return the hash of the text that the vector's row was embedded from}
   *
   * @throws IOException if the index cannot be read
   */
  public String textHash() throws IOException {
    BinaryDocValues hashes = current().reader().getBinaryDocValues(IndexFields.HASH);
    if (hashes == null || !hashes.advanceExact(values().docID())) {
      throw new IOException("index: expected a hash of document " + values().docID());
    }
    String hash = hashes.binaryValue().utf8ToString();
    return hash.substring(0, hash.indexOf(':'));
  }

  /**
   * {@return the vector; another one after the next move}
   *
   * @throws IOException if the index cannot be read
   */
  public float[] vector() throws IOException {
    return values().vectorValue();
  }

  private LeafReaderContext current() {
    if (leaf == null) {
      throw new IllegalStateException("vectors: expected to stand on one, got none");
    }
    return leaf;
  }

  private FloatVectorValues values() {
    if (vectors == null || leaf == null) {
      throw new IllegalStateException("vectors: expected to stand on one, got none");
    }
    return vectors;
  }

  @Override
  public void close() throws IOException {
    view.close();
  }
}
