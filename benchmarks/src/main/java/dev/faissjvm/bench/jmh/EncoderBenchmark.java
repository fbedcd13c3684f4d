package dev.faissjvm.bench.jmh;

import dev.faissjvm.embedder.Precision;
import dev.faissjvm.embedder.TextEmbedder;
import dev.faissjvm.embedder.convert.DefaultModel;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** Texts to vectors, by length and number of texts a call. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 2)
@State(Scope.Benchmark)
public class EncoderBenchmark {

  /** Words a text. */
  @Param({"4", "16", "128"})
  public int words;

  /** Texts a call. */
  @Param({"1", "64"})
  public int texts;

  /** How exact the linear layers are. */
  @Param({"FLOAT32", "AUTO", "INT8"})
  public Precision precision = Precision.FLOAT32;

  private @Nullable TextEmbedder embedder;
  private List<String> batch = List.of();

  /**
   * Loads the model at the precision asked for, and makes the texts.
   *
   * @throws IOException if it cannot be loaded
   */
  @Setup
  public void load() throws IOException {
    embedder = TextEmbedder.builder(DefaultModel.folder()).precision(precision).load();
    batch = Collections.nCopies(texts, "bread " + "and water ".repeat(words / 2));
  }

  /** {@return the vectors} */
  @Benchmark
  public float[][] embed() {
    return loaded().embed(batch);
  }

  /** Frees the model. */
  @TearDown
  public void free() {
    loaded().close();
  }

  private TextEmbedder loaded() {
    return Objects.requireNonNull(embedder, "embedder");
  }
}
