package dev.faissjvm.lucene;

import dev.faissjvm.faiss.IndexDescription;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.NativeFaissException;
import dev.faissjvm.faiss.Operation;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.StringHelper;
import org.jspecify.annotations.Nullable;

/**
 * Builds one segment's accelerator from its flat file, which is written already.
 *
 * <p>Training takes a sample. A flush takes over the field's newest training, a merge the training
 * that most of its vectors were encoded by, with all lists of that training: their codes are copied
 * under new ids, deleted ones dropped, and only the other vectors are encoded. It trains anew if
 * the segment has outgrown its lists, or if the data has drifted: at the effort that was enough
 * when the training was last measured, the recall on the merged segment is more than three
 * hundredths short.
 *
 * <p>The vectors pass through once, in blocks of a megabyte; the index itself, some bytes for each
 * vector, is in native memory. A graph reads its vectors where they are mapped.
 */
final class AcceleratorBuilder {
  private static final int SAMPLE_PER_LIST = 64;
  private static final int SAMPLE_LEAST = 8192;
  private static final int QUERIES = 96;
  private static final int OUTGROWN = 2;
  private static final double DRIFT = 0.03;

  // One of them has nearly every number of product-quantizer codes as a divisor.
  private static final int[] LIKELY_DIMENSIONS = {768, 840, 1144, 1292};

  private final SegmentWriteState state;
  private final AcceleratorOptions options;
  private final OpenFlatFile file;
  private final Similarity similarity;
  private final MergeWatch watch;

  AcceleratorBuilder(
      SegmentWriteState state, AcceleratorOptions options, OpenFlatFile file, MergeWatch watch) {
    this.state = state;
    this.options = options;
    this.file = file;
    this.similarity = file.flat().similarity();
    this.watch = watch;
  }

  /**
   * Refuses a kind of index that can accelerate no segment, whatever its dimension.
   *
   * @throws IllegalArgumentException if there is no such kind, or it takes no vectors block by
   *     block, or no filter, which a deleted document is
   */
  static void check(String factory) {
    RuntimeException failure = null;
    for (int dimension : LIKELY_DIMENSIONS) {
      try (VectorIndex index = VectorIndex.create(factory, dimension, Metric.L2)) {
        if (index.supports(Operation.ADD) && index.supports(Operation.FILTER)) {
          return;
        }
        throw new IllegalArgumentException(
            "factory: expected an index with additions and filters, got " + factory);
      } catch (NativeFaissException unfit) {
        failure = unfit;
      }
    }
    throw new IllegalArgumentException(
        "factory: expected a string of Faiss's index_factory, got " + factory, failure);
  }

  /**
   * Builds the accelerator.
   *
   * @param sources the accelerators of merged segments
   * @param known a training that flushed segments share, if there is one
   * @return the index, the caller's to close, and what to write of it; null if the segment is
   *     better searched exactly
   */
  @Nullable Built build(List<MergedVectors.Source> sources, Trainings.@Nullable Training known)
      throws IOException {
    String factory = options.factoryFor(file.flat().dimension(), file.flat().count());
    try (NearestRows nearest = sampleOfQueries()) {
      Built built = null;
      List<MergedVectors.Source> kept = ofOneTraining(sources, factory);
      if (kept.isEmpty() && sources.stream().anyMatch(s -> !overRows(s))) {
        watch.tell("no training of the merged segments fits " + factory);
      }
      if (!kept.isEmpty()) {
        built = carriedOn(kept, nearest);
      } else if (known != null && fits(known.origin().factory(), factory)) {
        watch.tell("took over a training of " + known.origin().factory());
        built = calibrated(known.index(), null, known.origin(), nearest);
      }
      if (built == null) {
        String id = StringHelper.idToString(state.segmentInfo.getId());
        VectorIndex fresh = trained(factory);
        built =
            fresh == null
                ? null
                : calibrated(fresh, null, new Training(factory, id, Effort.EXACT), nearest);
      }
      watch.tell(
          built == null
              ? "no accelerator reaches a recall of " + options.recall()
              : built.training().factory() + " at " + built.training().effort());
      return built;
    }
  }

  /**
   * How an index was made.
   *
   * @param factory the string it was made from
   * @param id the segment in which it was trained
   * @param effort what the wanted recall took when that was last measured; {@link Effort#EXACT}
   *     before
   */
  record Training(String factory, String id, Effort effort) {}

  /**
   * A built index.
   *
   * @param index the vectors
   * @param training its origin, and the effort that the wanted recall takes in it
   */
  record Built(VectorIndex index, Training training) implements AutoCloseable {
    @Override
    public void close() {
      index.close();
    }
  }

  /** The sources of the training that most vectors share, the largest first; none if none fits. */
  private List<MergedVectors.Source> ofOneTraining(
      List<MergedVectors.Source> sources, String factory) {
    List<MergedVectors.Source> best = List.of();
    long most = 0;
    for (MergedVectors.Source first : sources) {
      Accelerator wanted = first.accelerator().accelerator();
      List<MergedVectors.Source> same =
          sources.stream()
              .filter(s -> s.accelerator().accelerator().training().equals(wanted.training()))
              .sorted((a, b) -> Integer.compare(b.surviving(), a.surviving()))
              .toList();
      long vectors = same.stream().mapToLong(MergedVectors.Source::surviving).sum();
      if (!overRows(first) && vectors > most && fits(wanted.factory(), factory)) {
        best = same;
        most = vectors;
      }
    }
    return best;
  }

  private static boolean overRows(MergedVectors.Source source) {
    return source.accelerator().accelerator().overRows();
  }

  /** The same kind of index, whose lists are not far too few or too many for this segment. */
  private boolean fits(String source, String factory) {
    if (source.equals(factory)) {
      return true;
    }
    int lists = AcceleratorOptions.listsFor(file.flat().dimension(), file.flat().count());
    for (int old = lists / OUTGROWN;
        options.factory().isEmpty() && old <= lists * OUTGROWN;
        old *= 2) {
      if (source.equals(factory.replace("IVF" + lists + ",", "IVF" + old + ","))) {
        return true;
      }
    }
    return false;
  }

  /** Copies the lists of these sources, or, where there are none, keeps the training alone. */
  private @Nullable Built carriedOn(List<MergedVectors.Source> sources, NearestRows nearest)
      throws IOException {
    Accelerator accelerator = sources.get(0).accelerator().accelerator();
    FixedBitSet copied = null;
    VectorIndex index = sources.get(0).accelerator().read();
    try {
      if (index.describe().kind().startsWith("IndexIVF")
          && index.supports(Operation.REMOVE)
          && index.supports(Operation.MERGE)) {
        copied = new FixedBitSet(file.flat().count());
        copy(sources, index, copied);
        watch.tell("copied " + copied.cardinality() + " codes");
      } else {
        index.reset();
      }
    } catch (Throwable failure) {
      index.close();
      throw failure;
    }
    Training training =
        new Training(accelerator.factory(), accelerator.training(), accelerator.effort());
    return calibrated(index, copied, training, nearest);
  }

  private void copy(List<MergedVectors.Source> sources, VectorIndex index, FixedBitSet copied)
      throws IOException {
    index.renumber(sources.get(0).newOrdinals());
    for (MergedVectors.Source source : sources.subList(1, sources.size())) {
      try (VectorIndex other = source.accelerator().read()) {
        other.renumber(source.newOrdinals());
        index.mergeFrom(other, 0);
      }
      watch.check();
    }
    for (MergedVectors.Source source : sources) {
      for (int ordinal : source.newOrdinals()) {
        if (ordinal >= 0) {
          copied.set(ordinal);
        }
      }
    }
  }

  /** Returns an empty index; null if its dimension does not fit or the segment cannot train it. */
  private @Nullable VectorIndex trained(String factory) throws IOException {
    if (Accelerator.overRows(factory)) {
      return file.vectors().graph(factory, similarity.metric());
    }
    VectorIndex index;
    try {
      index = VectorIndex.create(factory, file.flat().dimension(), similarity.metric());
    } catch (NativeFaissException failure) {
      watch.tell(factory + " cannot be made: " + failure.getMessage());
      return null;
    }
    try {
      if (!index.isTrained()) {
        watch.check();
        index.train(sample(lists(index.describe())));
        watch.tell("trained " + factory);
      }
      return index;
    } catch (IllegalArgumentException | NativeFaissException failure) {
      index.close();
      watch.tell(factory + " cannot be trained: " + failure.getMessage());
      return null;
    } catch (Throwable failure) {
      index.close();
      throw failure;
    }
  }

  /**
   * Adds the vectors that are not in yet and finds the effort; closes the index if there is none,
   * or too much.
   */
  private @Nullable Built calibrated(
      VectorIndex index, @Nullable FixedBitSet copied, Training training, NearestRows nearest)
      throws IOException {
    try {
      index.threads(options.threads());
      file.forEachBlock(
          (first, rows) -> {
            float[] prepared = prepared(rows);
            nearest.add(first, prepared);
            add(index, first, prepared, copied);
            watch.added(first + rows.length / file.flat().dimension());
          });
      if (!training.effort().equals(Effort.EXACT)
          && nearest.recall(index, training.effort()) < options.recall() - DRIFT) {
        watch.tell(
            "drifted: no longer a recall of " + options.recall() + " at " + training.effort());
        index.close();
        return null;
      }
      Effort effort = nearest.leastEffort(index, options.recall(), watch);
      if (effort == null) {
        index.close();
        return null;
      }
      return new Built(index, new Training(training.factory(), training.id(), effort));
    } catch (Throwable failure) {
      index.close();
      throw failure;
    }
  }

  private void add(VectorIndex index, int first, float[] rows, @Nullable FixedBitSet copied) {
    if (copied == null) {
      index.add(rows);
      return;
    }
    int dimension = file.flat().dimension();
    int count = rows.length / dimension;
    long[] ids = new long[count];
    float[] missing = new float[rows.length];
    int found = 0;
    for (int i = 0; i < count; i++) {
      if (!copied.get(first + i)) {
        System.arraycopy(rows, i * dimension, missing, found * dimension, dimension);
        ids[found++] = (long) first + i;
      }
    }
    if (found > 0) {
      index.add(Arrays.copyOf(ids, found), Arrays.copyOf(missing, found * dimension));
    }
  }

  private NearestRows sampleOfQueries() throws IOException {
    Random random = new Random(file.flat().count());
    int[] rows = random.ints(QUERIES, 0, file.flat().count()).toArray();
    return new NearestRows(rows, rows(rows), similarity.metric());
  }

  /** The lists of the inverted file that it is or holds; 0 if there is none. */
  static int lists(IndexDescription index) {
    String own = index.parameters().get("nlist");
    return own != null
        ? Integer.parseInt(own)
        : index.parts().stream().mapToInt(AcceleratorBuilder::lists).max().orElse(0);
  }

  /** Vectors spread evenly over the segment, enough of them for so many lists. */
  private float[] sample(int lists) throws IOException {
    FlatFile flat = file.flat();
    long wanted = Math.max(SAMPLE_LEAST, (long) SAMPLE_PER_LIST * lists);
    int most = AcceleratorOptions.mostSampled(flat.dimension());
    int[] rows = new int[(int) Math.min(flat.count(), Math.min(wanted, most))];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (int) ((long) i * flat.count() / rows.length);
    }
    return rows(rows);
  }

  private float[] rows(int[] ordinals) throws IOException {
    int dimension = file.flat().dimension();
    float[] rows = new float[ordinals.length * dimension];
    IndexInput floats = file.floats();
    for (int i = 0; i < ordinals.length; i++) {
      floats.seek((long) ordinals[i] * dimension * Float.BYTES);
      floats.readFloats(rows, Math.multiplyExact(i, dimension), dimension);
    }
    return prepared(rows);
  }

  /** Of length 1 under cosine, as queries are. */
  private float[] prepared(float[] rows) {
    if (similarity != Similarity.COSINE) {
      return rows;
    }
    int dimension = file.flat().dimension();
    float[] row = new float[dimension];
    for (int start = 0; start < rows.length; start += dimension) {
      System.arraycopy(rows, start, row, 0, dimension);
      System.arraycopy(similarity.query(row), 0, rows, start, dimension);
    }
    return rows;
  }
}
