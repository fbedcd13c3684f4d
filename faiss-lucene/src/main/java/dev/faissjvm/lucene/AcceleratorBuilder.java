package dev.faissjvm.lucene;

import dev.faissjvm.faiss.FlatVectors;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.jspecify.annotations.Nullable;

/**
 * Builds one segment's accelerator from its flat file, which is written already.
 *
 * <p>Training takes a sample; a merge takes over the training of the largest merged segment, unless
 * the segment has outgrown its lists or the calibration shows that the data has drifted: the
 * recall, which was reached when the training was new, now takes more than one step more effort.
 * The vectors pass through in blocks of a megabyte; the index itself, some bytes for each vector,
 * is in native memory.
 */
final class AcceleratorBuilder {
  private static final int SAMPLE_BYTES = 32 << 20;
  private static final int SAMPLE_PER_LIST = 64;
  private static final int SAMPLE_LEAST = 8192;
  private static final int QUERIES = 48;
  private static final int NEIGHBOURS = 10;
  private static final int OUTGROWN = 4;
  private static final int DRIFT_STEPS = 1;

  private final SegmentWriteState state;
  private final AcceleratorOptions options;
  private final OpenFlatFile file;
  private final Similarity similarity;

  AcceleratorBuilder(SegmentWriteState state, AcceleratorOptions options, OpenFlatFile file) {
    this.state = state;
    this.options = options;
    this.file = file;
    this.similarity = file.flat().similarity();
  }

  /** A built index and the effort that its recall takes; the index is the caller's to close. */
  private record Built(VectorIndex index, Effort effort) {}

  /**
   * Builds and writes the accelerator.
   *
   * @param source the accelerator of a merged segment, if there is one
   * @return what was written; null if the segment is better searched exactly
   */
  @Nullable Accelerator write(@Nullable OpenAccelerator source, String name, boolean plain)
      throws IOException {
    String factory = options.factoryFor(file.flat().dimension(), file.flat().count());
    Built built = null;
    if (source != null && fits(source.accelerator(), factory)) {
      built = calibrated(retrained(source), source.accelerator().effort());
      factory = built == null ? factory : source.accelerator().factory();
    }
    if (built == null) {
      built = calibrated(trained(factory), null);
    }
    if (built == null) {
      message("no accelerator reaches a recall of " + options.recall());
      return null;
    }
    try (VectorIndex index = built.index()) {
      message(factory + " at " + built.effort() + " for " + file.flat().count() + " vectors");
      return write(index, factory, built.effort(), name, plain);
    }
  }

  /** The same kind of index, whose lists are not far too few for this segment. */
  private boolean fits(Accelerator source, String factory) {
    if (source.factory().equals(factory)) {
      return true;
    }
    int lists = AcceleratorOptions.listsFor(file.flat().count());
    for (int old = lists / OUTGROWN; options.factory().isEmpty() && old <= lists; old *= 2) {
      if (source.factory().equals(factory.replace("IVF" + lists + ",", "IVF" + old + ","))) {
        return true;
      }
    }
    return false;
  }

  private static VectorIndex retrained(OpenAccelerator source) throws IOException {
    VectorIndex index = source.read();
    index.reset();
    return index;
  }

  private VectorIndex trained(String factory) throws IOException {
    VectorIndex index =
        VectorIndex.create(factory, file.flat().dimension(), similarity.metric()).threads(1);
    try {
      if (!index.isTrained()) {
        index.train(sample());
      }
      return index;
    } catch (Throwable failure) {
      index.close();
      throw failure;
    }
  }

  /** Adds all vectors and finds the effort; closes the index if there is none, or too much. */
  private @Nullable Built calibrated(VectorIndex index, @Nullable Effort before)
      throws IOException {
    try {
      file.forEachBlock(rows -> index.add(prepared(rows)));
      Effort effort = leastEffort(index);
      if (effort == null || drifted(before, effort)) {
        index.close();
        return null;
      }
      return new Built(index, effort);
    } catch (Throwable failure) {
      index.close();
      throw failure;
    }
  }

  private static boolean drifted(@Nullable Effort before, Effort now) {
    return before != null
        && Effort.LEVELS.indexOf(now) - Effort.LEVELS.indexOf(before) > DRIFT_STEPS;
  }

  private @Nullable Effort leastEffort(VectorIndex index) throws IOException {
    FlatVectors vectors = file.vectors();
    IndexInput floats = file.floats();
    Random random = new Random(file.flat().count());
    float[][] queries = new float[QUERIES][];
    long[][] nearest = new long[QUERIES][NEIGHBOURS];
    for (int i = 0; i < QUERIES; i++) {
      queries[i] = prepared(row(floats, random.nextInt(file.flat().count())));
      vectors.search(
          queries[i], NEIGHBOURS, similarity.metric(), null, new float[NEIGHBOURS], nearest[i]);
    }
    for (Effort effort : Effort.LEVELS) {
      if (recall(index, effort, queries, nearest) >= options.recall()) {
        return effort;
      }
    }
    return null;
  }

  /** The share of true neighbours among the candidates; comparing again loses none of them. */
  private static double recall(
      VectorIndex index, Effort effort, float[][] queries, long[][] nearest) {
    int found = 0;
    int wanted = effort.candidatesFor(NEIGHBOURS);
    long[] ids = new long[wanted];
    float[] distances = new float[wanted];
    for (int i = 0; i < queries.length; i++) {
      index.search(queries[i], wanted, effort.options(null, wanted), distances, ids);
      Set<Long> candidates = new HashSet<>();
      for (long id : ids) {
        candidates.add(id);
      }
      for (long id : nearest[i]) {
        found += candidates.contains(id) ? 1 : 0;
      }
    }
    return (double) found / (queries.length * NEIGHBOURS);
  }

  private Accelerator write(
      VectorIndex index, String factory, Effort effort, String name, boolean plain)
      throws IOException {
    Path copy = Files.createTempFile("faiss", ".index");
    try {
      index.write(copy);
      long bodyOffset;
      try (IndexOutput out = state.directory.createOutput(name, state.context);
          InputStream in = Files.newInputStream(copy)) {
        bodyOffset =
            plain
                ? 0
                : FlatFile.writeLuceneHeader(out, state.segmentInfo.getId(), state.segmentSuffix);
        byte[] buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.writeBytes(buffer, read);
        }
        CodecUtil.writeFooter(out);
      }
      long checksum = FlatFileOutput.checksum(state, name);
      return new Accelerator(factory, effort, bodyOffset, Files.size(copy), checksum);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  /** Vectors spread evenly over the segment. */
  private float[] sample() throws IOException {
    FlatFile flat = file.flat();
    int lists = AcceleratorOptions.listsFor(flat.count());
    int wanted = Math.max(SAMPLE_LEAST, SAMPLE_PER_LIST * lists);
    int most = SAMPLE_BYTES / Float.BYTES / flat.dimension();
    int size = Math.min(flat.count(), Math.min(wanted, most));
    float[] sample = new float[size * flat.dimension()];
    IndexInput floats = file.floats();
    for (int i = 0; i < size; i++) {
      float[] row = prepared(row(floats, (int) ((long) i * flat.count() / size)));
      System.arraycopy(row, 0, sample, i * flat.dimension(), row.length);
    }
    return sample;
  }

  private float[] row(IndexInput floats, int ordinal) throws IOException {
    float[] row = new float[file.flat().dimension()];
    floats.seek((long) ordinal * row.length * Float.BYTES);
    floats.readFloats(row, 0, row.length);
    return row;
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

  private void message(String text) {
    if (state.infoStream.isEnabled("FAISS")) {
      state.infoStream.message("FAISS", state.segmentInfo.name + ": " + text);
    }
  }
}
