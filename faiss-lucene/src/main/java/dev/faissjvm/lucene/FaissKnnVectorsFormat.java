package dev.faissjvm.lucene;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Vectors in Lucene as plain Faiss files, searched by Faiss's kernels.
 *
 * <p>Each segment keeps the vectors of each field once, exact, in a flat file that Python's {@code
 * faiss.read_index} opens as it is. It is mapped, and searched without a copy to the heap. Lucene
 * brings the rest: commits, deletes, merges, filters, checksums. Fields of bytes are left to {@link
 * Lucene99HnswVectorsFormat}.
 *
 * <p><b>Shape.</b> Vectors of 1 to {@value #MAX_DIMENSIONS} floats, of all four similarity
 * functions, with Lucene's scores. A segment of some thousand vectors has an accelerator, by {@link
 * AcceleratorOptions}; a smaller one, and a filter that leaves few vectors, is searched exactly.
 *
 * <p><b>Threads.</b> Safe for many threads; keep one format for an index, since its segments share
 * what was trained for the first of them. The readers it makes are searched by many threads at
 * once, each search on its caller's thread.
 *
 * <p><b>Ownership.</b> A reader owns a mapping of each flat file, or, where Lucene itself does not
 * map (in memory, or in a {@link org.apache.lucene.store.NIOFSDirectory}, the one to open on NFS),
 * a copy in native memory made by the first search; closing it frees both.
 *
 * <p><b>Errors.</b> Lucene's own: {@link org.apache.lucene.index.CorruptIndexException} and its
 * kin, which name the file.
 *
 * <pre>{@code
 * IndexWriterConfig config = new IndexWriterConfig(analyzer).setCodec(new FaissCodec());
 * document.add(new KnnFloatVectorField("vector", vector, VectorSimilarityFunction.DOT_PRODUCT));
 * searcher.search(new KnnFloatVectorQuery("vector", query, 10), 10);
 * }</pre>
 *
 * <h2>Files</h2>
 *
 * <p>{@code <suffix>} is the segment's suffix, for instance {@code Faiss_0}; {@code <field>} is the
 * field's number. All numbers of Lucene's part are as Lucene writes them; those of Faiss's part are
 * little-endian.
 *
 * <p><b>{@code _N_<suffix>-<field>.faiss}</b>, the flat file: one for each field, in {@link
 * FaissCodec}.
 *
 * <ul>
 *   <li>4 bytes: {@code IxFI} (inner product), or {@code IxF2} (squared distance) under {@code
 *       EUCLIDEAN}
 *   <li>int32 dimension; int64 vectors; twice the int64 2<sup>20</sup>
 *   <li>1 byte: 1; int32 metric: 0 inner product, 1 squared distance; int64 vectors x dimension
 *   <li>from byte 45 the vectors as they were given, float32, in the order of their documents
 *   <li>{@link org.apache.lucene.codecs.CodecUtil#writeFooter Lucene's footer}
 * </ul>
 *
 * <p><b>{@code _N_<suffix>-<field>a.faiss}</b>, the accelerator, of segments large enough: a Faiss
 * index of any kind as {@code write_index} writes it, whose ids are the flat file's rows; Lucene's
 * footer. Under {@code COSINE} it holds the vectors at length 1. A graph over plain vectors is
 * written without them ({@code IO_FLAG_SKIP_STORAGE}): its storage is the flat file.
 *
 * <p>Beside a compound file both have an {@code o} before the dot: Lucene's compound files take in
 * only files that begin with Lucene's header. In a codec other than {@link FaissCodec} their
 * extension is therefore {@code lfaiss}: {@link org.apache.lucene.codecs.CodecUtil#writeIndexHeader
 * Lucene's header}, zeros up to the body's offset, then the same bytes.
 *
 * <p><b>{@code _N_<suffix>.fvm}</b>, meta: Lucene's header; the fields; the int32 -1; a byte, 1 if
 * there are fields of bytes; Lucene's footer. A field is
 *
 * <ul>
 *   <li>int32 number; int32 similarity (0 Euclidean, 1 dot product, 2 cosine, 3 maximum inner
 *       product)
 *   <li>vint dimension; vint vectors
 *   <li>a byte, 1 if the flat file is plain; vlong offset of its body
 *   <li>int64 checksum of the flat file, as in its footer
 *   <li>int64 offset of the inverse norms in the aux file, or -1
 *   <li>a byte, 1 if there is an accelerator; then its factory string; the string of the id of the
 *       segment in which it was trained; vint lists to probe, vint candidates to compare again,
 *       vlong offset and vlong length of its body, int64 checksum
 *   <li>the mapping of vectors to documents, as {@link
 *       org.apache.lucene.codecs.lucene95.OrdToDocDISIReaderConfiguration#writeStoredMeta} has it
 * </ul>
 *
 * <p><b>{@code _N_<suffix>.fvx}</b>, aux: Lucene's header; for each field its inverse norms, if its
 * similarity is cosine (float32 1 / length of each vector; 0 for the zero vector), and the data of
 * its mapping, if not every document has a vector; Lucene's footer.
 *
 * <p>Opening checks every header and footer, and the flat file's length, header and checksum value
 * against the meta file; {@code checkIntegrity} reads every byte.
 *
 * @see <a href="https://arxiv.org/abs/2401.08281">Douze et al., The Faiss Library, 2024</a>
 */
public final class FaissKnnVectorsFormat extends KnnVectorsFormat {
  /** The name under which Lucene finds this format when it opens an index. */
  public static final String NAME = "Faiss";

  /** The most components that a vector may have. */
  public static final int MAX_DIMENSIONS = 4096;

  static final String META_EXTENSION = "fvm";
  static final String META_CODEC = "FaissVectorsMeta";
  static final String AUX_EXTENSION = "fvx";
  static final String AUX_CODEC = "FaissVectorsAux";
  static final int VERSION = 1;
  static final int END_OF_FIELDS = -1;

  private final AcceleratorOptions options;
  private final Trainings trainings = new Trainings();

  /** Creates the format with default options; also used by Lucene when it reads. */
  public FaissKnnVectorsFormat() {
    this(AcceleratorOptions.DEFAULT);
  }

  /**
   * Creates the format.
   *
   * @param options which segments get an accelerator; segments already written keep theirs
   * @throws IllegalArgumentException if no segment can get one by their factory string
   */
  public FaissKnnVectorsFormat(AcceleratorOptions options) {
    super(NAME);
    if (!options.factory().isEmpty()) {
      AcceleratorBuilder.check(options.factory());
    }
    this.options = options;
  }

  @Override
  public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
    return new FaissVectorsWriter(state, options, trainings);
  }

  @Override
  public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
    return new FaissVectorsReader(state);
  }

  @Override
  public int getMaxDimensions(String fieldName) {
    return MAX_DIMENSIONS;
  }

  @Override
  public String toString() {
    return "FaissKnnVectorsFormat(" + options + ")";
  }
}
