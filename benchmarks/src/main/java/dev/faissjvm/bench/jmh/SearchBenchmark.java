package dev.faissjvm.bench.jmh;

import dev.faissjvm.faiss.IdFilter;
import dev.faissjvm.faiss.Neighbors;
import dev.faissjvm.faiss.SearchOptions;
import dev.faissjvm.faiss.VectorIndex;
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

/**
 * A search, by kind of index and number of queries a call: into the caller's arrays, into new ones,
 * and under a filter. Run with {@code -t} for several callers, with {@code -prof gc} for what is
 * allocated.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class SearchBenchmark {

  private static final int K = 10;

  private static final String ONE = "one vector";

  /** Faiss's factory string, or an index of one vector, which shows the cost of the crossing. */
  @Param({ONE, "Flat", "IVF64,Flat", "HNSW16", "IVF64,PQ32x4fs"})
  public String factory = "";

  /** Queries a call. */
  @Param({"1", "64"})
  public int nq;

  private VectorIndex index = Made.index("Flat", 1);
  private float[] queries = new float[0];
  private final SearchOptions half = SearchOptions.DEFAULT.with(IdFilter.range(0, 5_000));

  /** What one thread searches into. */
  @State(Scope.Thread)
  public static class Into {
    private float[] distances = new float[0];
    private long[] ids = new long[0];

    /**
     * Makes the arrays.
     *
     * @param search how many queries there are
     */
    @Setup
    public void make(SearchBenchmark search) {
      distances = new float[search.nq * K];
      ids = new long[search.nq * K];
    }
  }

  /** Builds the index. */
  @Setup
  public void build() {
    index.close();
    index = factory.equals(ONE) ? Made.index("Flat", 1) : Made.index(factory, 10_000);
    queries = Made.vectors(nq, 2);
  }

  /**
   * Into the caller's arrays: nothing is allocated.
   *
   * @param into the caller's arrays
   * @return an id
   */
  @Benchmark
  public long reuse(Into into) {
    index.search(queries, K, SearchOptions.DEFAULT, into.distances, into.ids);
    return into.ids[0];
  }

  /** {@return new arrays} */
  @Benchmark
  public Neighbors fresh() {
    return index.search(queries, K);
  }

  /** {@return neighbours among half of the vectors} */
  @Benchmark
  public Neighbors filtered() {
    return index.search(queries, K, half);
  }

  /** Frees the index. */
  @TearDown
  public void free() {
    index.close();
  }
}
