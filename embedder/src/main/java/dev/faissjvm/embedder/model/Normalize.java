package dev.faissjvm.embedder.model;

/** To length 1; a vector of nothing but zeros stays as it is. */
public record Normalize() implements Stage {
  @Override
  public int dimension(int in) {
    return in;
  }

  @Override
  public float[] apply(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    float scale = (float) (1 / Math.max(Math.sqrt(squares), 1e-12));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= scale;
    }
    return vector;
  }
}
