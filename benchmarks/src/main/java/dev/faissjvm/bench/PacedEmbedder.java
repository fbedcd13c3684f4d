package dev.faissjvm.bench;

import dev.faissjvm.embedder.Embedder;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An embedder that takes as long as a measured one and no processor: vectors are clusters that
 * follow from the text, and each call returns when a model of that rate would.
 */
public final class PacedEmbedder implements Embedder<String> {

  private static final int CLUSTERS = 2_000;

  private final int dimension;
  private final double rowsPerSecond;
  private final float[][] centres = new float[CLUSTERS][];
  private long freeNanos = System.nanoTime();

  /**
   * Makes an embedder.
   *
   * @param dimension components of a vector
   * @param rowsPerSecond how fast it is; infinite takes no time but that of making vectors
   */
  public PacedEmbedder(int dimension, double rowsPerSecond) {
    this.dimension = dimension;
    this.rowsPerSecond = rowsPerSecond;
    for (int i = 0; i < CLUSTERS; i++) {
      centres[i] = gaussian(new SplittableRandom(i));
    }
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public String fingerprint() {
    return "paced-" + dimension;
  }

  @Override
  public float[] embed(String input) {
    return vector(input);
  }

  @Override
  public float[][] embed(List<? extends String> inputs) {
    long until = until(inputs.size());
    float[][] rows = new float[inputs.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = vector(inputs.get(i));
    }
    try {
      Thread.sleep(Math.max(0, (until - System.nanoTime()) / 1_000_000));
    } catch (InterruptedException e) {
      throw new IllegalStateException("embedder: expected no interruption", e);
    }
    return rows;
  }

  /** Calls at the same time share the model, so one begins where the one before ends. */
  private synchronized long until(int rows) {
    long nanos = (long) (rows / rowsPerSecond * 1e9);
    freeNanos = Math.max(freeNanos, System.nanoTime()) + nanos;
    return freeNanos;
  }

  private float[] vector(String text) {
    SplittableRandom random = new SplittableRandom(text.hashCode());
    double weight = random.nextDouble();
    float[] centre = centres[(int) (weight * weight * CLUSTERS)];
    float[] vector = gaussian(random);
    double square = 0;
    for (int i = 0; i < dimension; i++) {
      vector[i] += centre[i];
      square += (double) vector[i] * vector[i];
    }
    for (int i = 0; i < dimension; i++) {
      vector[i] /= (float) Math.sqrt(square);
    }
    return vector;
  }

  /** Sums of four: near enough to normal, and cheap beside what is measured. */
  private float[] gaussian(SplittableRandom random) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      long bits = random.nextLong();
      vector[i] =
          (short) bits / 32_768f
              + (short) (bits >> 16) / 32_768f
              + (short) (bits >> 32) / 32_768f
              + (short) (bits >> 48) / 32_768f;
    }
    return vector;
  }

  @Override
  public void close() {}
}
