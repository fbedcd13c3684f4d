package dev.faissjvm.embedder.model;

import java.nio.file.Path;

/** Mean 0 and variance 1 over the components, then a scale and a shift for each. */
public final class LayerNorm implements Stage {
  private static final double EPSILON = 1e-5;

  private final float[] weight;
  private final float[] bias;

  private LayerNorm(float[] weight, float[] bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /** Reads the module's folder. */
  static LayerNorm read(Path folder, int in) {
    JsonFile json = JsonFile.read(folder.resolve("config.json"));
    int dimension = json.whole("dimension", in, in);
    Weights weights = Weights.open(folder);
    return new LayerNorm(
        weights.get("norm.weight", dimension).toFloats(),
        weights.get("norm.bias", dimension).toFloats());
  }

  @Override
  public int dimension(int in) {
    return in;
  }

  @Override
  public float[] apply(float[] vector) {
    double mean = 0;
    for (float component : vector) {
      mean += component;
    }
    mean /= vector.length;
    double variance = 0;
    for (float component : vector) {
      variance += (component - mean) * (component - mean);
    }
    double scale = 1 / Math.sqrt(variance / vector.length + EPSILON);
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) ((vector[i] - mean) * scale) * weight[i] + bias[i];
    }
    return vector;
  }
}
