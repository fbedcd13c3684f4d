package dev.faissjvm.faiss.testing;

import dev.faissjvm.faiss.Faiss;
import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * What a sample finds around it, by the names that samples use. A sample is compiled as the body of
 * {@link #run}; what it prints is kept.
 */
public abstract class SampleData implements AutoCloseable {
  /** Rows of everything. */
  protected static final int ROWS = 2_000;

  /** One for each row. */
  protected final long[] ids = LongStream.range(0, ROWS).toArray();

  private final StringBuilder printed = new StringBuilder();

  /** Runs the sample. */
  public abstract void run() throws Exception;

  /** What a sample says. */
  protected final void println(Object line) {
    printed.append(line).append('\n');
  }

  public final String printed() {
    return printed.toString();
  }

  @Override
  public void close() {}

  /** Rows of 384 floats, and indexes and files of them. */
  public abstract static class OfFloats extends SampleData {
    private static final int D = 384;

    private final long openBefore = Faiss.open();
    protected final float[] vectors = Vectors.gaussian(ROWS, D, 1);
    protected final float[] queries = Vectors.gaussian(20, D, 2);
    protected final float[] query = Vectors.row(queries, D, 0);
    protected final VectorIndex index;
    protected final long count = ROWS;

    /** A Faiss file, {@code IndexFlat}, of the vectors. */
    protected final Path file;

    /** Files of indexes that hold ids. */
    protected final Path first;

    protected final Path second;

    protected OfFloats(Path folder) throws IOException {
      index = Vectors.fill(VectorIndex.create("IVF16,Flat", D, Metric.L2), vectors);
      file = folder.resolve("flat.faiss");
      first = folder.resolve("first.faiss");
      second = folder.resolve("second.faiss");
      try (VectorIndex flat = VectorIndex.create("Flat", D, Metric.L2)) {
        flat.add(vectors);
        flat.write(file);
      }
      index.write(first);
      index.write(second);
    }

    @Override
    public void close() {
      index.close();
      if (Faiss.open() > openBefore) {
        throw new IllegalStateException("sample: expected to leave nothing open");
      }
    }
  }

  /** Rows of 256 bits. */
  public abstract static class OfBits extends SampleData {
    protected final byte[] vectors = new byte[ROWS * 32];
    protected final byte[] query = new byte[32];

    protected OfBits(Path folder) {
      new Random(1).nextBytes(vectors);
    }
  }
}
