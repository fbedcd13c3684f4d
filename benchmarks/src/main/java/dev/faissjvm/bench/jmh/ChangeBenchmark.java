package dev.faissjvm.bench.jmh;

import dev.faissjvm.faiss.Metric;
import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Training, adding vectors, one and many at a time, and the way to a file and back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class ChangeBenchmark {

  private static final int MANY = 1_000;
  private static final int TRAINING = 4_000;
  private static final long ROOM = 200_000;

  /** Faiss's factory string. */
  @Param({"Flat", "IVF64,Flat", "IVF64,PQ32x4fs"})
  public String factory = "";

  private VectorIndex index = Made.index("Flat", 1);
  private VectorIndex whole = index;
  private final float[] one = Made.vectors(1, 3);
  private final float[] many = Made.vectors(MANY, 4);
  private final float[] training = Made.vectors(TRAINING, 5);
  private Path file = Path.of("");

  /**
   * Builds the index and its file.
   *
   * @throws IOException if the file cannot be written
   */
  @Setup
  public void build() throws IOException {
    index.close();
    index = Made.index(factory, 10_000);
    whole = index.copy();
    file = Files.createTempFile("bench", ".faiss");
    whole.write(file);
  }

  /** Adds one vector. */
  @Benchmark
  public void addOne() {
    index.add(one);
    bound();
  }

  /** Adds a thousand. */
  @Benchmark
  public void addMany() {
    index.add(many);
    bound();
  }

  /** An index that grows for ever would end in swap; the kinds here stay trained. */
  private void bound() {
    if (index.count() > ROOM) {
      index.reset();
    }
  }

  /** {@return whether a new index is trained after it was} */
  @Benchmark
  public boolean train() {
    try (VectorIndex untrained = VectorIndex.create(factory, Made.DIMENSION, Metric.L2)) {
      untrained.train(training);
      return untrained.isTrained();
    }
  }

  /**
   * Writes an index of ten thousand vectors, fsync included.
   *
   * @throws IOException if it cannot be written
   */
  @Benchmark
  public void write() throws IOException {
    whole.write(file);
  }

  /**
   * Reads the file.
   *
   * @return how many vectors it has
   * @throws IOException if it cannot be read
   */
  @Benchmark
  public long read() throws IOException {
    try (VectorIndex read = VectorIndex.read(file)) {
      return read.count();
    }
  }

  /**
   * Maps the file.
   *
   * @return how many vectors it has
   * @throws IOException if it cannot be mapped
   */
  @Benchmark
  public long map() throws IOException {
    try (VectorIndex mapped = VectorIndex.map(file)) {
      return mapped.count();
    }
  }

  /**
   * Frees the index and its file.
   *
   * @throws IOException if the file cannot be deleted
   */
  @TearDown
  public void free() throws IOException {
    index.close();
    whole.close();
    Files.delete(file);
  }
}
