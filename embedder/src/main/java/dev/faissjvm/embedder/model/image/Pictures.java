package dev.faissjvm.embedder.model.image;

import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.model.JsonFile;
import java.nio.file.Path;

/**
 * How a model wants its pictures: decoded, resized, cut from the middle, scaled and normalised, as
 * the CLIP image processor of transformers does it with Pillow.
 *
 * <p><b>Shape.</b> Three planes, red, green, blue, of {@code edge * edge} float32 numbers each.
 *
 * <p><b>Threads.</b> Immutable.
 *
 * @param edge pixels of the result in either direction
 * @param resized pixels of the shorter edge before the cut, or 0 to fit both edges to {@code edge}
 * @param filter of the resizing
 * @param scale what each sample of 0 to 255 is multiplied by
 * @param means subtracted from the scaled samples, by channel
 * @param deviations what is left is divided by, by channel
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Pictures(
    int edge, int resized, Resampling filter, double scale, float[] means, float[] deviations) {
  private static final int MAX_EDGE = 8192;

  /**
   * Reads a {@code preprocessor_config.json}.
   *
   * @param file of the CLIP image processor
   * @param edge what the encoder expects
   * @return the processing
   * @throws EmbedderException if it yields another size, or does not resize
   */
  public static Pictures read(Path file, int edge) {
    JsonFile json = JsonFile.read(file);
    if (!json.flagOr("do_resize", true)) {
      throw new EmbedderException(json.name() + ": do_resize: expected true, got false");
    }
    JsonFile size = json.sizes("size", 224, "shortest_edge");
    int resized = 0;
    if (size.has("shortest_edge")) {
      resized = size.whole("shortest_edge", edge, MAX_EDGE);
      if (!json.flagOr("do_center_crop", true)) {
        throw new EmbedderException(
            json.name() + ": do_center_crop: expected true beside size.shortest_edge, got false");
      }
    } else {
      size.whole("height", edge, edge);
      size.whole("width", edge, edge);
    }
    if (json.flagOr("do_center_crop", true)) {
      JsonFile crop = json.sizes("crop_size", 224, "height", "width");
      crop.whole("height", edge, edge);
      crop.whole("width", edge, edge);
    }
    boolean normalizes = json.flagOr("do_normalize", true);
    return new Pictures(
        edge,
        resized,
        Resampling.of(json),
        json.flagOr("do_rescale", true) ? json.numberOr("rescale_factor", 0, 1, 1 / 255.0) : 1,
        normalizes
            ? json.numbersOr("image_mean", -1e6, 0.48145466, 0.4578275, 0.40821073)
            : new float[3],
        normalizes
            ? json.numbersOr("image_std", 1e-6, 0.26862954, 0.26130258, 0.27577711)
            : new float[] {1, 1, 1});
  }

  /**
   * Makes a picture ready.
   *
   * @param encoded a file's bytes, of a format that ImageIO reads
   * @return the planes, one behind the other
   * @throws IllegalArgumentException if it cannot be decoded, or is too large
   */
  public float[] planes(byte[] encoded) {
    Pixels picture = Pixels.decode(encoded);
    int width = edge;
    int height = edge;
    if (resized > 0) {
      int shorter = Math.min(picture.width(), picture.height());
      width = resizedTo(picture.width(), shorter);
      height = resizedTo(picture.height(), shorter);
    }
    Pixels fitted = filter.resize(picture, width, height);
    int left = (width - edge) / 2;
    int top = (height - edge) / 2;
    float[] planes = new float[3 * edge * edge];
    int at = 0;
    for (int channel = 0; channel < 3; channel++) {
      float[] value = values(channel);
      for (int y = top; y < top + edge; y++) {
        for (int x = left; x < left + edge; x++) {
          planes[at++] = value[fitted.sample(x, y, channel)];
        }
      }
    }
    return planes;
  }

  private int resizedTo(int length, int shorter) {
    return length == shorter ? resized : (int) ((double) ((long) resized * length) / shorter);
  }

  /** What each of the 256 samples becomes, rounded where the reference rounds. */
  private float[] values(int channel) {
    float[] values = new float[256];
    for (int sample = 0; sample < values.length; sample++) {
      values[sample] = ((float) (sample * scale) - means[channel]) / deviations[channel];
    }
    return values;
  }
}
