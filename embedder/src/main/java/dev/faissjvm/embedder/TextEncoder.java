package dev.faissjvm.embedder;

import dev.faissjvm.embedder.fused.FusedEncoder;
import dev.faissjvm.embedder.model.ModelFolder;
import dev.faissjvm.embedder.model.text.PackedBatch;
import dev.faissjvm.embedder.torch.Encoder;
import org.jspecify.annotations.Nullable;

/**
 * A model's encoder, by whichever of two means is the faster for some texts: kernels of our own, or
 * libtorch. The latter is loaded when it is first needed, so that a program that only asks queries
 * does without.
 *
 * <p><b>Threads.</b> Safe for use by many threads; {@link #close()} must not overlap a call.
 */
final class TextEncoder implements AutoCloseable {
  private final ModelFolder folder;
  private final Precision precision;
  private final int maxTokens;
  private final @Nullable FusedEncoder fused;
  private volatile @Nullable Encoder torch;

  private TextEncoder(
      ModelFolder folder, Precision precision, int maxTokens, @Nullable FusedEncoder fused) {
    this.folder = folder;
    this.precision = precision;
    this.maxTokens = maxTokens;
    this.fused = fused;
  }

  /** Loads the native libraries that loading will need, on this thread. */
  static void loadLibraries(ModelFolder folder, Precision wanted) {
    FusedEncoder.loadLibrary();
    if (!FusedEncoder.runs(folder, Encoder.decide(wanted))) {
      Encoder.loadLibrary();
    }
  }

  /**
   * Loads the weights; under {@link Lifetime#loadAlone}.
   *
   * @throws EmbedderException if they do not fit, or the CPU cannot compute in that precision
   */
  static TextEncoder load(ModelFolder folder, Precision wanted, int maxTokens) {
    Precision precision = Encoder.decide(wanted);
    FusedEncoder fused =
        FusedEncoder.runs(folder, precision)
            ? FusedEncoder.load(folder, precision, maxTokens)
            : null;
    TextEncoder encoder = new TextEncoder(folder, precision, maxTokens, fused);
    if (fused == null) {
      encoder.loadTorch();
    }
    return encoder;
  }

  /** Returns the precision in use. */
  Precision precision() {
    return precision;
  }

  /** Returns how many tokens of a list are best computed at once. */
  int listTokens() {
    return fused == null || fused.listTokens() == 0
        ? Encoder.listTokens(precision)
        : fused.listTokens();
  }

  /**
   * Computes the vectors of all tokens.
   *
   * @return row-major, a row a token
   */
  float[] encode(PackedBatch batch, Workers.Team team) {
    if (fused != null && fused.suits(batch)) {
      return fused.encode(batch, team::run);
    }
    return torch().encode(batch, team.threads());
  }

  private Encoder torch() {
    Encoder loaded = torch;
    if (loaded == null) {
      loaded = Lifetime.loadAlone(this::loadTorch);
    }
    return loaded;
  }

  /** Under the lock of all loads. */
  private Encoder loadTorch() {
    Encoder loaded = torch;
    if (loaded == null) {
      loaded = Encoder.load(folder, precision, maxTokens);
      torch = loaded;
    }
    return loaded;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    try {
      if (fused != null) {
        fused.close();
      }
    } finally {
      Encoder loaded = torch;
      if (loaded != null) {
        loaded.close();
      }
    }
  }
}
