package dev.faissjvm.sync.index;

import dev.faissjvm.sync.change.RowKey;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Looks rows up by key in one commit.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class CommittedRows implements Closeable {

  private final @Nullable DirectoryReader reader;

  /** The keys of each segment: to begin with them costs more than to find one. */
  private final Map<LeafReaderContext, TermsEnum> keyTerms = new HashMap<>();

  CommittedRows(@Nullable DirectoryReader reader) {
    this.reader = reader;
  }

  static CommittedRows none() {
    return new CommittedRows(null);
  }

  /** Returns the rows of the newest commit, and closes these if they are others. */
  CommittedRows refreshed(Directory directory) throws IOException {
    if (reader == null) {
      return new CommittedRows(DirectoryReader.open(directory));
    }
    DirectoryReader newer = DirectoryReader.openIfChanged(reader);
    if (newer == null) {
      return this;
    }
    reader.close();
    return new CommittedRows(newer);
  }

  @Nullable IndexedRow find(RowKey key) throws IOException {
    return find(key, document -> {});
  }

  /** Finds a row, and tells of each of its documents, numbered as in the whole commit. */
  @Nullable IndexedRow find(RowKey key, IntConsumer seen) throws IOException {
    Found found = locate(key, seen);
    if (found.documents.isEmpty()) {
      return null;
    }
    LeafReaderContext leaf = found.leaf();
    BinaryDocValues hashes = leaf.reader().getBinaryDocValues(IndexFields.HASH);
    if (hashes == null || !hashes.advanceExact(found.documents.get(0))) {
      return null;
    }
    String hash = hashes.binaryValue().utf8ToString();
    int colon = hash.indexOf(':');
    return new IndexedRow(
        hash.substring(0, colon),
        hash.substring(colon + 1),
        colon == 0 ? reason(leaf, found.documents.get(0)) : null,
        found.count,
        () -> vectors(leaf, found.documents));
  }

  private static String reason(LeafReaderContext leaf, int document) throws IOException {
    var stored = leaf.reader().storedFields().document(document, Set.of(IndexFields.REASON));
    return String.valueOf(stored.get(IndexFields.REASON));
  }

  /** Tells of the key of each live document that is wanted, by its number in the whole commit. */
  void keys(IntPredicate wanted, Consumer<RowKey> listener) throws IOException {
    if (reader == null) {
      return;
    }
    for (LeafReaderContext leaf : reader.leaves()) {
      Bits live = leaf.reader().getLiveDocs();
      for (int document = 0; document < leaf.reader().maxDoc(); document++) {
        boolean exists = live == null || live.get(document);
        if (exists && wanted.test(leaf.docBase + document)) {
          listener.accept(RowKey.parse(IndexFields.key(leaf.reader(), document)));
        }
      }
    }
  }

  /** The documents under a key. They are of one segment unless something is wrong. */
  private Found locate(RowKey key, IntConsumer seen) throws IOException {
    Found found = new Found();
    if (reader == null) {
      return found;
    }
    BytesRef term = new BytesRef(key.encoded());
    for (LeafReaderContext leaf : reader.leaves()) {
      TermsEnum each = keyTerms(leaf);
      if (!each.seekExact(term)) {
        continue;
      }
      Bits live = leaf.reader().getLiveDocs();
      PostingsEnum postings = each.postings(null, PostingsEnum.NONE);
      for (int document = postings.nextDoc();
          document != DocIdSetIterator.NO_MORE_DOCS;
          document = postings.nextDoc()) {
        if (live == null || live.get(document)) {
          found.add(leaf, document);
          seen.accept(leaf.docBase + document);
        }
      }
    }
    return found;
  }

  private TermsEnum keyTerms(LeafReaderContext leaf) throws IOException {
    TermsEnum known = keyTerms.get(leaf);
    if (known == null) {
      Terms terms = leaf.reader().terms(IndexFields.KEY);
      known = terms == null ? TermsEnum.EMPTY : terms.iterator();
      keyTerms.put(leaf, known);
    }
    return known;
  }

  private static List<float[]> vectors(LeafReaderContext leaf, List<Integer> documents)
      throws IOException {
    List<float[]> vectors = new ArrayList<>();
    FloatVectorValues values = leaf.reader().getFloatVectorValues(IndexFields.VECTOR);
    for (int document : documents) {
      if (values == null || values.advance(document) != document) {
        throw new IOException("index: expected a vector of document " + document + ", got none");
      }
      vectors.add(values.vectorValue().clone());
    }
    return vectors;
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }

  /** Live documents of one segment, and the count in all. */
  private static final class Found {
    private final List<Integer> documents = new ArrayList<>();
    private @Nullable LeafReaderContext leaf;
    private int count;

    void add(LeafReaderContext in, int document) {
      if (leaf == null) {
        leaf = in;
      }
      if (leaf == in) {
        documents.add(document);
      }
      count++;
    }

    LeafReaderContext leaf() {
      if (leaf == null) {
        throw new IllegalStateException("row: expected a document, got none");
      }
      return leaf;
    }
  }
}
