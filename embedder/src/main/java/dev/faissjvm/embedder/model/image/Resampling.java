package dev.faissjvm.embedder.model.image;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.model.JsonFile;

/**
 * Resizing as Pillow does it: a filter that widens when a picture shrinks, so that every pixel
 * counts; first along the rows, then along the columns, each pass in whole numbers with 22 bits
 * behind the point and rounded to eight bits. (Pillow 13 begins with the columns of pictures that
 * lose more height than width; what models were trained with came before it.)
 *
 * @see <a href="https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters">Pillow,
 *     filters</a>
 */
enum Resampling {
  /** Triangles. */
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },

  /** Keys's cubic with a = -1/2. */
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    }
  };

  private static final int FRACTION_BITS = 22;

  private final double radius;

  Resampling(double radius) {
    this.radius = radius;
  }

  abstract double weight(double distance);

  /** Finds the filter of a {@code resample}. */
  static Resampling of(JsonFile json) {
    int number = json.wholeOr("resample", 0, 5, 3);
    return switch (number) {
      case 2 -> BILINEAR;
      case 3 -> BICUBIC;
      default ->
          throw new EmbedderException(
              json.name() + ": resample: expected 2 (bilinear) or 3 (bicubic), got " + number);
    };
  }

  Pixels resize(Pixels picture, int width, int height) {
    Pixels wide = picture.width() == width ? picture : alongRows(picture, width);
    return wide.height() == height ? wide : alongColumns(wide, height);
  }

  private Pixels alongRows(Pixels picture, int width) {
    Taps[] taps = taps(picture.width(), width);
    byte[] out = new byte[Math.multiplyExact(3 * width, picture.height())];
    byte[] in = picture.samples();
    int at = 0;
    for (int y = 0; y < picture.height(); y++) {
      int row = y * picture.width() * 3;
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          out[at++] = taps[x].apply(in, row + channel, 3);
        }
      }
    }
    return new Pixels(width, picture.height(), out);
  }

  private Pixels alongColumns(Pixels picture, int height) {
    Taps[] taps = taps(picture.height(), height);
    int rowBytes = picture.width() * 3;
    byte[] out = new byte[Math.multiplyExact(rowBytes, height)];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int column = 0; column < rowBytes; column++) {
        out[at++] = taps[y].apply(picture.samples(), column, rowBytes);
      }
    }
    return new Pixels(picture.width(), height, out);
  }

  private Taps[] taps(int in, int out) {
    double scale = (double) in / out;
    double stretch = Math.max(scale, 1);
    double reach = radius * stretch;
    Taps[] taps = new Taps[out];
    for (int i = 0; i < out; i++) {
      double center = (i + 0.5) * scale;
      int first = Math.max(0, (int) (center - reach + 0.5));
      double[] weights = new double[Math.min(in, (int) (center + reach + 0.5)) - first];
      double sum = 0;
      for (int t = 0; t < weights.length; t++) {
        weights[t] = weight((t + first - center + 0.5) / stretch);
        sum += weights[t];
      }
      int[] whole = new int[weights.length];
      for (int t = 0; t < whole.length; t++) {
        double exact = weights[t] / sum * (1 << FRACTION_BITS);
        whole[t] = (int) (exact < 0 ? exact - 0.5 : exact + 0.5);
      }
      taps[i] = new Taps(first, whole);
    }
    return taps;
  }

  /** The neighbours of one sample of the result, and their weights. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Taps(int first, int[] weights) {
    byte apply(byte[] samples, int start, int stride) {
      int sum = 1 << (FRACTION_BITS - 1);
      int at = start + first * stride;
      for (int weight : weights) {
        sum += (samples[at] & 0xff) * weight;
        at += stride;
      }
      return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
    }
  }
}
