package dev.faissjvm.sync.search;

/**
 * Vectors as points on a plane: their two principal components, scaled into the square from -1 to
 * 1.
 *
 * <p>Power iteration with deflation; the number of rounds is fixed, the start too, so equal vectors
 * give equal pictures. For some hundred vectors; distances on the plane are a picture and no
 * measure.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Power_iteration">Power iteration</a>
 */
final class Plane {

  private static final int ROUNDS = 60;
  private static final double TINY = 1e-9;

  private Plane() {}

  /** Returns two coordinates for each vector. The vectors are left as they are. */
  static float[][] project(float[][] vectors) {
    double[][] centred = centred(vectors);
    float[][] points = new float[vectors.length][2];
    for (int axis = 0; axis < 2; axis++) {
      double[] component = component(centred, axis);
      double largest = TINY;
      double[] along = new double[centred.length];
      for (int i = 0; i < centred.length; i++) {
        along[i] = dot(centred[i], component);
        largest = Math.max(largest, Math.abs(along[i]));
      }
      for (int i = 0; i < centred.length; i++) {
        points[i][axis] = (float) (along[i] / largest);
        subtract(centred[i], component, along[i]);
      }
    }
    return points;
  }

  private static double[][] centred(float[][] vectors) {
    int dimension = vectors.length == 0 ? 0 : vectors[0].length;
    double[] mean = new double[dimension];
    for (float[] vector : vectors) {
      for (int d = 0; d < dimension; d++) {
        mean[d] += vector[d] / (double) vectors.length;
      }
    }
    double[][] centred = new double[vectors.length][dimension];
    for (int i = 0; i < vectors.length; i++) {
      for (int d = 0; d < dimension; d++) {
        centred[i][d] = vectors[i][d] - mean[d];
      }
    }
    return centred;
  }

  /**
   * The direction along which the rows differ most, of length 1; all zeros if they do not differ.
   */
  private static double[] component(double[][] rows, int axis) {
    int dimension = rows.length == 0 ? 0 : rows[0].length;
    double[] direction = new double[dimension];
    for (int d = 0; d < dimension; d++) {
      direction[d] = Math.sin(d + 1.0 + axis);
    }
    for (int round = 0; round < ROUNDS; round++) {
      double[] next = new double[dimension];
      for (double[] row : rows) {
        subtract(next, row, -dot(row, direction));
      }
      double length = Math.sqrt(dot(next, next));
      if (length < TINY) {
        return new double[dimension];
      }
      for (int d = 0; d < dimension; d++) {
        direction[d] = next[d] / length;
      }
    }
    return direction;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static void subtract(double[] from, double[] what, double times) {
    for (int d = 0; d < from.length; d++) {
      from[d] -= times * what[d];
    }
  }
}
