package dev.faissjvm.bench.jmh;

import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.embedder.model.text.Tokenizer;
import java.io.IOException;
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

/** A text to tokens, by its length. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class TokenizerBenchmark {

  private static final int MAX_TOKENS = 256;

  /** Words of the text. */
  @Param({"4", "16", "128"})
  public int words;

  private @Nullable Tokenizer tokenizer;
  private String text = "";

  /**
   * Opens the default model's tokenizer.
   *
   * @throws IOException if there is none
   */
  @Setup
  public void open() throws IOException {
    tokenizer = Tokenizer.open(DefaultModel.folder().resolve("tokenizer.json"), MAX_TOKENS, false);
    text = "bread " + "and water ".repeat(words / 2);
  }

  /** {@return the tokens} */
  @Benchmark
  public int[] tokens() {
    return Objects.requireNonNull(tokenizer, "tokenizer").tokens(text);
  }

  /** Frees the tokenizer. */
  @TearDown
  public void close() {
    Objects.requireNonNull(tokenizer, "tokenizer").close();
  }
}
