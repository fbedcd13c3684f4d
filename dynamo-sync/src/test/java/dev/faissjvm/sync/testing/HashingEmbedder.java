package dev.faissjvm.sync.testing;

import dev.faissjvm.embedder.Embedder;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Sums a fixed random vector for each word: texts that share words lie close together. */
public final class HashingEmbedder implements Embedder<String> {

  private final int dimension;
  private final String fingerprint;

  public HashingEmbedder(int dimension) {
    this(dimension, "hashing-" + dimension);
  }

  public HashingEmbedder(int dimension, String fingerprint) {
    this.dimension = dimension;
    this.fingerprint = fingerprint;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public float[] embed(String text) {
    double[] sum = new double[dimension];
    for (String word : text.toLowerCase(Locale.ROOT).split("\\W+", -1)) {
      Random random = new Random(word.hashCode() * 31L + fingerprint.hashCode());
      for (int i = 0; i < dimension; i++) {
        sum[i] += random.nextGaussian();
      }
    }
    double square = 0;
    for (double component : sum) {
      square += component * component;
    }
    float[] unit = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      unit[i] = (float) (sum[i] / Math.sqrt(square));
    }
    return unit;
  }

  @Override
  public float[][] embed(List<? extends String> texts) {
    return texts.stream().map(this::embed).toArray(float[][]::new);
  }

  @Override
  public void close() {}
}
